// The files of Codex and of this SDK. An agent that could change them would run code outside its sandbox.
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { realPath } from "../../internal/paths.js";
import type { CodexLocation } from "./locate.js";

/**
 * Packages in `node_modules` as directories, otherwise single files; without symbolic links.
 * @param own a file of this SDK, as a path or a URL
 */
export function programsOf({ executablePath, args, pathDirs }: CodexLocation, own = thisFile()): string[] {
  const files = [executablePath, ...args, process.execPath].map(realPath);
  const packages = [...files, ...(own === undefined ? [] : [realPath(own)])].flatMap((file) => packageOf(file) ?? []);
  const single = files.filter((file) => packageOf(file) === undefined).flatMap(withHelpers);
  const related = packages.flatMap(codexPackagesBeside);
  const all = new Set([...packages, ...related, ...single, ...pathDirs.map(realPath)]);
  // A bundle may name the package in which it was built.
  return [...all].filter((each) => existsSync(each));
}

/** The innermost package in `node_modules` that contains the file. */
function packageOf(file: string): string | undefined {
  return /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+(?=[\\/])/.exec(file)?.[0];
}

/** Codex's package resolves its platform package. */
function codexPackagesBeside(directory: string): string[] {
  const scope = path.dirname(directory);
  if (path.basename(scope) !== "@openai") return [];
  return readdirSync(scope)
    .filter((name) => name.startsWith("codex"))
    .map((name) => realPath(path.join(scope, name)));
}

/** Programs that Codex starts from its own directory. */
function withHelpers(file: string): string[] {
  const folder = path.dirname(file);
  const helpers = [path.join(folder, "codex-code-mode-host"), path.join(folder, "..", "codex-resources")];
  return [file, ...helpers.filter((each) => path.basename(file).startsWith("codex") && existsSync(each)).map(realPath)];
}

function thisFile(): string | undefined {
  const url: string | undefined = import.meta.url;
  if (url?.startsWith("file:")) return fileURLToPath(url);
  return typeof __filename === "string" ? __filename : undefined;
}
