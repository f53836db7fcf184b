// The README's TypeScript blocks, each completed to a program with what the README has introduced before it.
import { readFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");
const read = (file: string) => readFileSync(path.join(root, file), "utf8");
export const readme = read("README.md");
/** The pages with the tables of the API. */
export const reference = ["options", "errors", "events", "input"].map((name) => read(`docs/${name}.md`)).join("\n");

export interface Snippet {
  /** The heading above it. */
  section: string;
  /** The number of its first line in the README. */
  line: number;
  /** The code that is added before it. */
  prelude: string;
  code: string;
}

export const snippets: Snippet[] = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map((block) => {
  const before = readme.slice(0, block.index);
  const code = block[1] ?? "";
  return {
    section:
      before
        .match(/^#+ .+$/gm)
        ?.at(-1)
        ?.replace(/^#+ /, "") ?? "",
    line: before.split("\n").length + 1,
    prelude: preludeOf(code),
    code,
  };
});

function preludeOf(code: string): string {
  const lines = [
    ...(/import \{[^}]*\bCodex\b/.test(code) ? [] : ['import { Codex } from "codex-sdk";']),
    ...(/const codex =/.test(code) ? [] : ["const codex = new Codex();"]),
    ...(/\bthread\./.test(code) && !/const thread =/.test(code) ? ["const thread = codex.startThread();"] : []),
  ];
  return lines.map((line) => `${line}\n`).join("");
}

/** The whole program; its `codex` is closed at the end. */
export function programOf({ prelude, code }: Snippet): string {
  return `${prelude}${code}\nawait codex.close();\n`;
}
