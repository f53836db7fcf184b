// Compiles the README's snippets together with the sources, like a user's compiler.
import path from "node:path";
import ts from "typescript";
import { givenModule, pages } from "./pages.js";
import type { Page } from "./pages.js";
import { programOf, root, snippets } from "./snippets.js";

const file = (index: number) => path.join(root, `readme-snippet-${index}.ts`);
const pageFile = (name: string) => path.join(root, `${name.replace("/", "-")}.ts`);

export interface Compiled {
  /** The errors, with line numbers of the README. */
  problems: string[];
  /** Those of the pages in docs/. */
  pageProblems: string[];
  /** The names of the fields of an interface that the package exports. */
  fieldsOf(name: string): string[];
  /** The values of a union of strings, or the `type`s of a union of objects. */
  wordsOf(name: string): string[];
}

export function compile(): Compiled {
  const sources = new Map(snippets.map((snippet, index) => [file(index), programOf(snippet)]));
  const program = programWith(
    new Map([
      ...sources,
      ...pages.map((page) => [pageFile(page.name), page.program] as const),
      [path.join(root, "given.ts"), givenModule],
    ]),
  );
  return {
    problems: [...sources.keys()].flatMap((name, index) => problemsIn(program, name, index)),
    pageProblems: pages.flatMap((page) => problemsInPage(program, page)),
    fieldsOf: (name) =>
      exportedType(program, name)
        .getProperties()
        .map((field) => field.name),
    wordsOf: (name) => words(program.getTypeChecker(), exportedType(program, name)),
  };
}

function programWith(sources: ReadonlyMap<string, string>): ts.Program {
  const configPath = path.join(root, "tsconfig.json");
  const config = ts.parseJsonConfigFileContent(ts.readConfigFile(configPath, ts.sys.readFile).config, ts.sys, root);
  const host = ts.createCompilerHost(config.options);
  const { readFile, fileExists, getSourceFile } = host;
  host.readFile = (name) => sources.get(name) ?? readFile(name);
  host.fileExists = (name) => sources.has(name) || fileExists(name);
  host.getSourceFile = (name, ...rest) => {
    const text = sources.get(name);
    return text === undefined
      ? getSourceFile(name, ...rest)
      : ts.createSourceFile(name, text, ...(rest.slice(0, 1) as [ts.ScriptTarget]));
  };
  return ts.createProgram([...sources.keys(), path.join(root, "src/index.ts")], config.options, host);
}

function problemsIn(program: ts.Program, name: string, index: number): string[] {
  const snippet = snippets[index];
  if (!snippet) return [`${name} was not compiled`];
  const before = snippet.prelude.split("\n").length - 1;
  return errorsIn(program, name).map(({ line, text }) => `README.md:${snippet.line + line - before}: ${text}`);
}

function problemsInPage(program: ts.Program, { name, lines }: Page): string[] {
  return errorsIn(program, pageFile(name)).map(({ line, text }) => `${name}:${lines[line]}: ${text}`);
}

/** With lines that begin at 0. */
function errorsIn(program: ts.Program, name: string): { line: number; text: string }[] {
  const source = program.getSourceFile(name);
  if (!source) return [{ line: 0, text: `${name} was not compiled` }];
  const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
  return found.map(({ start = 0, messageText }) => ({
    line: source.getLineAndCharacterOfPosition(start).line,
    text: ts.flattenDiagnosticMessageText(messageText, "\n"),
  }));
}

function exportedType(program: ts.Program, name: string): ts.Type {
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(path.join(root, "src/index.ts"));
  const exported = source && checker.getSymbolAtLocation(source);
  const symbol = exported && checker.getExportsOfModule(exported).find((each) => each.name === name);
  if (!symbol) throw new Error(`The package exports no ${name}.`);
  const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return checker.getDeclaredTypeOfSymbol(target);
}

function words(checker: ts.TypeChecker, type: ts.Type): string[] {
  const parts = type.isUnion() ? type.types : [type];
  return parts.flatMap((part) => {
    if (part.isStringLiteral()) return part.value;
    const field = part.getProperty("type");
    return field ? words(checker, checker.getTypeOfSymbol(field)) : [];
  });
}
