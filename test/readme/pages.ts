// The TypeScript blocks of each page in docs/ as one program: a block sees what the blocks before it declare.
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { root } from "./snippets.js";

export interface Page {
  /** Relative to the repository. */
  name: string;
  program: string;
  /** For each line of the program the line of the page; 0 for an added line. */
  lines: number[];
}

/** What the pages take as given: what the README introduces, and the reader's own values. */
export const given = {
  Codex: "typeof sdk.Codex",
  approvals: "typeof sdk.approvals",
  codex: "sdk.Codex",
  thread: "sdk.Thread",
  event: "sdk.ThreadEvent",
  tool: "typeof sdk.tool",
  recordModel: 'typeof import("codex-sdk/testing").recordModel',
  test: 'typeof import("vitest").test',
  onTestFinished: "(end: () => unknown) => void",
  id: "string",
  threadId: "string",
  workingDirectory: "string",
  repository: "string",
  screenshot: "string",
  key: "string",
  token: "string",
  upstream: 'import("codex-sdk/testing").Upstream',
  database: "{ orders: { find(number: number, options: { signal: AbortSignal }): Promise<object | undefined> } }",
  sidebar: "{ update(threadId: string, name: string | null): void }",
  log: "{ warn(message: string): void }",
  askTheUser: "(request: unknown) => Promise<never>",
  show: "(...values: unknown[]) => void",
  render: "(...values: unknown[]) => void",
};

export const givenModule = [
  'import type * as sdk from "codex-sdk";',
  ...Object.entries(given).map(([name, type]) => `export declare const ${name}: ${type};`),
].join("\n");

export const pages: Page[] = readdirSync(path.join(root, "docs"))
  .filter((name) => name.endsWith(".md"))
  .map((name) => toPage(`docs/${name}`))
  .filter(({ lines }) => lines.some((line) => line > 0));

type Line = [text: string, line: number];

function toPage(name: string): Page {
  const text = readFileSync(path.join(root, name), "utf8");
  const imported = new Set<string>();
  const top: Line[] = [];
  const scopes: Line[] = [];
  for (const block of text.matchAll(/^```ts\n(.*?)^```$/gms)) {
    const first = text.slice(0, block.index).split("\n").length + 1;
    const code = (block[1] ?? "").replaceAll(/^import [^;]*;/gm, (statement, offset: number) => {
      const line = first + (block[1] ?? "").slice(0, offset).split("\n").length - 1;
      top.push(...toImports(statement, imported).map((single): Line => [single, line]));
      return statement.replaceAll(/[^\n]/g, "");
    });
    const lines = toStatements(code).split("\n");
    const hoisted = (line: string) => line.startsWith("declare ");
    top.push(...lines.flatMap((line, index): Line[] => (hoisted(line) ? [[line, first + index]] : [])));
    scopes.push(["{", 0], ...lines.map((line, index): Line => [hoisted(line) ? "" : line, first + index]));
  }
  const ends = scopes.filter(([line]) => line === "{").map((): Line => ["}", 0]);
  const missing = Object.keys(given).filter((each) => !imported.has(each));
  const all: Line[] = [[`import { ${missing.join(", ")} } from "./given.js";`, 0], ...top, ...scopes, ...ends];
  return { name, program: all.map(([line]) => line).join("\n"), lines: all.map(([, line]) => line) };
}

/** A block within a scope cannot export, and one that shows a value is not a statement. */
function toStatements(code: string): string {
  const inScope = code.replaceAll(/^export (?=const|function|async)/gm, "");
  return inScope.startsWith("{ ") ? `void (${inScope.trimEnd()})\n` : inScope;
}

/** One import for each name, so that several blocks may import the same. */
function toImports(statement: string, imported: Set<string>): string[] {
  const [, names, from] = /^import (?:type )?\{([^}]*)\} from (.*)$/s.exec(statement) ?? [];
  if (names === undefined) return [statement];
  const own = names.split(",").map((each) => each.trim());
  const added = own.filter((each) => each !== "" && !imported.has(each.replace("type ", "")));
  for (const each of added) imported.add(each.replace("type ", ""));
  return added.map((each) => `import { ${each} } from ${from}`);
}
