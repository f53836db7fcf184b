// Compiles the snippets of the README and of docs/ with the sources, as a user's compiler does.
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { typeErrors } from "../package/type-errors.js";
import { givenModule, pages } from "./pages.js";
import { documentedNames } from "./documented-names.js";
import { programOf, root, snippets } from "./snippets.js";

interface Program {
  text: string;
  /** Where a line of the program, which begins at 1, comes from. */
  locate(line: number): string;
}

/** The errors in each group of programs. */
export interface Compiled {
  snippets: string[];
  pages: string[];
  /** By name of a public type. */
  documentedNames: Record<string, string[]>;
}

export function compile(): Compiled {
  const ofSnippets = new Map(snippets.map((snippet, index) => [`readme-snippet-${index}.ts`, ofSnippet(snippet)]));
  const ofPages = new Map(
    pages.map(({ name, program, lines }) => [
      `${name.replace("/", "-")}.ts`,
      { text: program, locate: (line: number) => `${name}:${lines[line - 1]}` },
    ]),
  );
  const ofNames = new Map(
    Object.entries(documentedNames).map(([name, text]) => [`names-of-${name}.ts`, { text, locate: () => name }]),
  );
  const errors = errorsIn(new Map([...ofSnippets, ...ofPages, ...ofNames]));
  const of = (files: Iterable<string>) => [...files].flatMap((file) => errors.get(file) ?? []);
  return {
    snippets: of(ofSnippets.keys()),
    pages: of(ofPages.keys()),
    documentedNames: Object.fromEntries(
      Object.keys(documentedNames).map((name) => [name, of([`names-of-${name}.ts`])]),
    ),
  };
}

function ofSnippet(snippet: (typeof snippets)[number]): Program {
  const before = snippet.prelude.split("\n").length - 1;
  return { text: programOf(snippet), locate: (line) => `README.md:${snippet.line + line - 1 - before}` };
}

/** All programs are compiled in one run. */
function errorsIn(programs: ReadonlyMap<string, Program>): Map<string, string[]> {
  const folder = mkdtempSync(path.join(tmpdir(), "codex-sdk-snippets-"));
  try {
    symlinkSync(path.join(root, "node_modules"), path.join(folder, "node_modules"), "junction");
    writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
    writeFileSync(path.join(folder, "given.ts"), givenModule);
    for (const [file, { text }] of programs) writeFileSync(path.join(folder, file), text);
    const output = typeErrors(folder, [...programs.keys()], {
      lib: ["ES2023"],
      types: ["node"],
      module: "NodeNext",
      noUncheckedIndexedAccess: true,
      exactOptionalPropertyTypes: true,
      verbatimModuleSyntax: true,
      skipLibCheck: true,
      paths: { "codex-sdk": [`${root}/src/index.ts`], "codex-sdk/*": [`${root}/src/*/index.ts`] },
    });
    return byFile(output, programs);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** An error begins with `file(line,column): `; its further lines are indented. */
function byFile(output: string, programs: ReadonlyMap<string, Program>): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const error of output.split(/\n(?=\S)/).filter(Boolean)) {
    const [, file = "", line = "", text = ""] = /^(.*?)\((\d+),\d+\): (.*)$/s.exec(error) ?? [];
    const program = programs.get(file);
    if (!program) throw new Error(`The snippets cannot be compiled: ${error}`);
    const located = `${program.locate(Number(line))}: ${text.trimEnd()}`;
    found.set(file, [...(found.get(file) ?? []), located]);
  }
  return found;
}
