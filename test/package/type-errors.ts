// The TypeScript compiler's errors for a user's program.
import path from "node:path";
import ts from "typescript";

const libraryFiles = new Map<string, ts.SourceFile | undefined>();

/** The errors of `program` in `folder` under `options` as in a tsconfig.json; empty when it compiles. */
export function typeErrors(folder: string, program: string, options: Record<string, unknown>): string {
  const strict = { target: "ES2023", strict: true, skipLibCheck: false, noEmit: true };
  const { options: compilerOptions, errors } = ts.convertCompilerOptionsFromJson({ ...strict, ...options }, folder);
  const host = ts.createCompilerHost(compilerOptions);
  host.getCurrentDirectory = () => folder;
  keepLibraryFiles(host);
  const compiled = ts.createProgram([path.join(folder, program)], compilerOptions, host);
  return ts.formatDiagnostics([...errors, ...ts.getPreEmitDiagnostics(compiled)], host);
}

/** TypeScript's own lib.*.d.ts are the same for all options; reading them once saves most of the time. */
function keepLibraryFiles(host: ts.CompilerHost): void {
  const read = host.getSourceFile.bind(host);
  host.getSourceFile = (file, ...rest) => {
    if (!path.basename(file).startsWith("lib.")) return read(file, ...rest);
    if (!libraryFiles.has(file)) libraryFiles.set(file, read(file, ...rest));
    return libraryFiles.get(file);
  };
}
