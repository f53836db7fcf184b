// The README's snippets compile and run, the tables of the API are complete, and links have a target.
import { existsSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { format } from "node:util";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import * as sdk from "../src/index.js";
import { CodexError } from "../src/index.js";
import { answerTo } from "./readme/answers.js";
import { compile } from "./readme/compile.js";
import type { Compiled } from "./readme/compile.js";
import { documentedNames, rowsOfErrors } from "./readme/documented-names.js";
import { pages } from "./readme/pages.js";
import { programOf, readme, root, snippets } from "./readme/snippets.js";
import { ownCodexHome } from "./support/own-codex-home.js";
import { repository, scriptedModel, temporaryDirectory } from "./support/workspace.js";

/** The output of the snippets that contain these words, which shows that they have the described effect. */
const prints = {
  "Implement the fix": "+fixed",
  "Now add a test": "Added.",
  "Explain the change": "It was broken. Now it is not.",
  "onApproval:": "npm test",
  "execute:": "shipped",
};

const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let compiled: Compiled;
beforeAll(() => {
  compiled = compile();
}, 120_000);

test("every snippet compiles", () => {
  expect(snippets.length).toBeGreaterThan(5);
  expect(compiled.snippets).toEqual([]);
});

test("the snippets of the pages in docs/ compile", () => {
  expect(pages.length).toBeGreaterThan(15);
  expect(compiled.pages).toEqual([]);
});

test.each(snippets)("$section (line $line) runs", async (snippet) => {
  const model = await scriptedModel(answerTo());
  vi.stubEnv("CODEX_HOME", ownCodexHome(model));
  const directory = repository();
  writeFileSync(path.join(directory, "mockup.png"), pixel);
  const cwd = process.cwd();
  process.chdir(directory);
  const print = (...values: unknown[]) => (output += `${format(...values)}\n`);
  let output = "";
  const spies = [
    vi.spyOn(console, "log").mockImplementation(print),
    vi.spyOn(process.stdout, "write").mockImplementation(write),
  ];
  onTestFinished(() => {
    for (const spy of spies) spy.mockRestore();
    process.chdir(cwd);
    vi.unstubAllEnvs();
  });
  await expect(run(programOf(snippet))).resolves.toBeUndefined();
  const expected = Object.entries(prints).filter(([words]) => snippet.code.includes(words));
  for (const [, text] of expected) expect(output).toContain(text);

  function write(text: string | Uint8Array): boolean {
    output += String(text);
    return true;
  }
});

test.each(Object.keys(documentedNames))("the tables have every name of %s", (name) => {
  expect(compiled.documentedNames[name]).toEqual([]);
});

test("the table of errors has every class", () => {
  const classes = Object.entries(sdk).filter(([, value]) => Object.getPrototypeOf(value) === CodexError);
  expect(new Set(rowsOfErrors().map(({ name }) => name))).toEqual(new Set(classes.map(([name]) => name)));
});

test.each(rowsOfErrors())("the table of errors has the code of $name, and whether it is retryable", (row) => {
  const special: Record<string, unknown[]> = {
    CodexExitedError: ["", { exitCode: 1, signal: null, stderr: "" }],
    TurnTimedOutError: ["timeoutMs", 1],
    OutputInvalidError: ["", "", []],
  };
  const error: unknown = Reflect.construct(Reflect.get(sdk, row.name), special[row.name] ?? [""]);
  expect(error).toMatchObject({ code: row.code, isRetryable: row.isRetryable });
});

test("the README has at most 250 lines", () => {
  expect(readme.split("\n").length).toBeLessThanOrEqual(250);
});

test("the listed dependencies are those of package.json", () => {
  const { dependencies } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const section = readme.slice(readme.indexOf("| dependency |"), readme.indexOf("## Development"));
  expect([...section.matchAll(/^\| `([^`]+)`/gm)].map(([, name]) => name)).toEqual(Object.keys(dependencies));
});

test("the index of docs/ has every page", () => {
  const index = readFileSync(path.join(root, "docs/README.md"), "utf8");
  const pages = readdirSync(path.join(root, "docs")).filter((name) => name.endsWith(".md") && name !== "README.md");
  expect(pages.filter((name) => !index.includes(`](${name})`))).toEqual([]);
});

const documents = ["README.md", ...readdirSync(path.join(root, "docs")).map((name) => `docs/${name}`)];

test.each(documents.filter((name) => name.endsWith(".md")))("the links of %s have an existing target", (name) => {
  const text = readFileSync(path.join(root, name), "utf8");
  const links = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  const broken = links.filter((link) => !/^https?:/.test(link)).filter((link) => !leadsSomewhere(name, link));
  expect(broken).toEqual([]);
});

function leadsSomewhere(from: string, link: string): boolean {
  const [target = "", anchor] = link.split("#");
  const file = target === "" ? path.join(root, from) : path.join(root, path.dirname(from), target);
  if (!existsSync(file)) return false;
  return anchor === undefined || anchorsOf(readFileSync(file, "utf8")).includes(anchor);
}

/** The anchors that code hosts create from headings. */
function anchorsOf(text: string): string[] {
  const headings = text.match(/^#+ .+$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

async function run(program: string): Promise<void> {
  const directory = temporaryDirectory();
  symlinkSync(path.join(root, "node_modules"), path.join(directory, "node_modules"));
  const file = path.join(directory, "snippet.ts");
  writeFileSync(file, program);
  await import(file);
}
