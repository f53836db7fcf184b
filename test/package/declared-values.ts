// The values that the declarations of a package promise at run time.
import path from "node:path";
import ts from "typescript";

/**
 * By file, the names that its declarations export as values. A function or constant counts even where it is exported as a
 * type only: there it is of no use to anybody. A class may be exported for its type alone.
 */
export function declaredValues(files: readonly string[]): Record<string, string[]> {
  const options: ts.CompilerOptions = {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2023,
    noLib: true,
    types: [],
  };
  const host = ts.createCompilerHost(options);
  // Types of other packages do not matter here, and reading them takes most of the time.
  host.resolveModuleNameLiterals = (literals, from) =>
    literals.map(({ text }) =>
      text.startsWith(".") ? ts.resolveModuleName(text, from, options, host) : { resolvedModule: undefined },
    );
  const program = ts.createProgram([...files], options, host);
  const checker = program.getTypeChecker();
  return Object.fromEntries(
    files.map((file) => {
      const source = program.getSourceFile(file);
      const module = source && checker.getSymbolAtLocation(source);
      if (!module) throw new Error(`${path.basename(file)} has no exports.`);
      const names = checker.getExportsOfModule(module).filter((exported) => isValue(checker, exported));
      return [file, names.map(({ name }) => name).toSorted()];
    }),
  );
}

function isValue(checker: ts.TypeChecker, exported: ts.Symbol): boolean {
  const target = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  if ((target.flags & ts.SymbolFlags.Value) === 0) return false;
  const isType = (target.flags & ts.SymbolFlags.Type) !== 0;
  return !isType || !exported.declarations?.every(isTypeOnly);
}

function isTypeOnly(declaration: ts.Declaration): boolean {
  return ts.isTypeOnlyImportOrExportDeclaration(declaration);
}
