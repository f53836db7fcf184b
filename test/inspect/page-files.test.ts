// The published page: small, and without a way to turn text into markup.
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { buildInspectPage } from "../../scripts/inspect-page.mjs";
import { parseDiff } from "../../src/inspect/page/text/diff.js";
import { line, visible } from "../../src/inspect/page/text/text.js";
import { shorten, textAt } from "../../src/inspect/threads/shorten.js";
import { temporaryDirectory } from "../support/workspace.js";

const sources = path.resolve(import.meta.dirname, "../../src/inspect/page");

test("the page is at most 120 KB gzipped", async () => {
  const folder = await buildInspectPage(temporaryDirectory());
  const sizes = readdirSync(folder).map((name) => gzipSync(readFileSync(path.join(folder, name))).length);
  expect(sizes).toHaveLength(2);
  expect(sizes.reduce((sum, size) => sum + size)).toBeLessThan(120_000);
});

test("the source of the page does not create markup or code from text", () => {
  for (const name of readdirSync(sources, { recursive: true, encoding: "utf8" }).filter((name) =>
    /\.(?:tsx?|css)$/.test(name),
  )) {
    const text = readFileSync(path.join(sources, name), "utf8");
    expect(text, name).not.toMatch(
      /innerHTML|outerHTML|insertAdjacent|document\.write|eval\(|new Function|srcdoc|<img|<iframe/,
    );
  }
});

test.each([
  ["colours", "\u001B[31mred\u001B[0m", "red"],
  ["a title", "a\u001B]0;title\u0007b", "ab"],
  ["a link", "\u001B]8;;https://evil.example\u001B\\text\u001B]8;;\u001B\\", "text"],
  ["cursor moves", "a\u001B[2J\u001B[10;10Hb", "ab"],
  ["carriage returns", "10 %\r20 %\r\ndone", "10 %\n20 %\ndone"],
  ["control characters", "a\0b\u0007\u007Fc\u0090", "a␀b␇␡c\uFFFD"],
  ["direction", "user\u202Etxt.exe", "user⟨U+202E⟩txt.exe"],
  ["invisible characters", "a\u200Bb\uFEFF", "a⟨U+200B⟩b⟨U+FEFF⟩"],
  ["half a character", "a\uD800b", "a\uFFFDb"],
  ["markup", "<script>alert(1)</script>", "<script>alert(1)</script>"],
  ["harmless text", "naïve 日本語 👩🏽 \t\n", "naïve 日本語 👩🏽 \t\n"],
])("%s in output become visible text and stay in place", (_name, text, shown) => {
  expect(visible(text)).toBe(shown);
});

test("output of any kind is converted to visible text quickly", () => {
  const hostile = [
    "\u001B]".repeat(200_000),
    "\u001B[".repeat(200_000),
    "\0".repeat(1_000_000),
    "\u202E".repeat(300_000),
  ];
  const started = performance.now();
  for (const text of hostile) visible(text);
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(line("x".repeat(1_000_000)).length).toBeLessThan(300);
});

test("a diff is parsed by the counts of its hunks, so that its lines cannot imitate headers", () => {
  const diff =
    "--- a/x\n+++ b/x\n@@ -1,2 +1,2 @@\n--- not a header\n+++ nor this\n same\n\\ No newline at end of file\n";
  expect(parseDiff(diff).map(({ kind, before, after }) => [kind, before, after])).toEqual([
    ["file", undefined, undefined],
    ["file", undefined, undefined],
    ["hunk", undefined, undefined],
    ["delete", 1, undefined],
    ["add", undefined, 1],
    ["context", 2, 2],
    ["note", undefined, undefined],
  ]);
  expect(parseDiff("@@ broken\n+x")).toHaveLength(2);
});

test("an item is shortened to what a page shows, and each of its texts can be read in full", () => {
  const output = `${"x".repeat(1_000_000)}end`;
  const item = {
    aggregated_output: output,
    "a/b": { "~": ["y".repeat(10_000)] },
    many: Array.from({ length: 9_000 }, () => 1),
  };
  const { value, cuts } = shorten(item);
  expect(JSON.stringify(value).length).toBeLessThan(30_000);
  expect(value.aggregated_output.endsWith("end")).toBe(true);
  expect(cuts.map(({ path }) => path)).toEqual(["/aggregated_output", "/a~1b/~0/0"]);
  for (const { path, length } of cuts) expect(textAt(item, path)).toHaveLength(length);
  for (const path of ["", "/constructor/name", "/__proto__/x", "/many/0", "/many/length", "x"]) {
    expect(textAt(item, path)).toBeUndefined();
  }
  let deep: unknown = "x";
  for (let depth = 0; depth < 5_000; depth += 1) deep = [deep];
  expect(JSON.stringify(shorten(deep).value)).toContain("nested too deeply");
});
