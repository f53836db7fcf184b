// The targets of links in the documents exist.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.resolve(import.meta.dirname, "..");
const pages = readdirSync(path.join(root, "docs")).filter((name) => name.endsWith(".md"));
const documents = ["CONTRIBUTING.md", ...pages.map((name) => path.join("docs", name))];

test.each(documents)("%s links to files that exist", (document) => {
  const folder = path.dirname(path.join(root, document));
  const links = [...read(document).matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = ""]) => target);
  expect(links.filter((target) => !existsSync(path.join(folder, target)))).toEqual([]);
});

test.each(["CONTRIBUTING.md", "docs/reliability.md", "docs/performance.md"])(
  "%s names files that exist",
  (document) => {
    const files = [...read(document).matchAll(/\b(?:src|test|examples|scripts|bench)\/[\w./-]*\w/g)].map(
      ([file]) => file,
    );
    expect(files.length).toBeGreaterThan(0);
    const invented = new Set(["examples/name.ts", "examples/name/main.ts", "src/app-server/protocol"]);
    expect(files.filter((file) => !invented.has(file) && !existsSync(path.join(root, file)))).toEqual([]);
  },
);

test("CONTRIBUTING.md names scripts that exist", () => {
  const text = read("CONTRIBUTING.md");
  const { scripts } = JSON.parse(read("package.json"));
  const named = [...text.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
});

function read(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}
