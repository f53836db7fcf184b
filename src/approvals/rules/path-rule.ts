// Rules for files.
import path from "node:path";
import type { FileUpdateChange } from "../../events/items.js";
import { matchesNames } from "./glob.js";
import { isInside } from "./program.js";
import { realPath } from "./real-path.js";

/** Every path that the change writes. */
export function pathsOf({ path: file, move_path }: FileUpdateChange): string[] {
  return move_path === undefined ? [file] : [file, move_path];
}

/**
 * Whether the file, with links resolved, matches one of the patterns: `*` and `?` within a name, `**` for any folders.
 * Relative patterns and files are resolved against `cwd`. Wildcards do not match the folders with the configuration of
 * git and Codex, because files written there can run code.
 */
export function matchesPath(file: string, patterns: readonly string[], cwd: string): boolean {
  const real = realPath(path.resolve(cwd, file));
  return real !== undefined && patterns.some((pattern) => matchesAt(realPath, pattern, cwd, real, allowing));
}

/** A test of absolute paths. The patterns are resolved once. */
export type PathTest = (absolute: string, real: string | undefined) => boolean;

/** Tests whether a file, or a directory above it, matches one of the patterns, by its name or with links resolved. */
export function touchingTest(patterns: readonly string[], cwd: string): PathTest {
  const rules = patterns.map((pattern) => {
    const { fixed, globs } = split(pattern, cwd);
    return { named: fixed, real: realPath(fixed), globs };
  });
  return (absolute, real) =>
    rules.some(
      (rule) =>
        matchesBelow(rule.named, rule.globs, absolute, denying) ||
        (real !== undefined && rule.real !== undefined && matchesBelow(rule.real, rule.globs, real, denying)),
    );
}

export function touchesPath(file: string, patterns: readonly string[], cwd: string): boolean {
  const absolute = path.resolve(cwd, file);
  return touchingTest(patterns, cwd)(absolute, realPath(absolute));
}

/** Whether a file that matches one of the patterns is, or can be, `directory` or inside it, or vice versa. */
export function overlapsPath(directory: string, patterns: readonly string[], cwd: string): boolean {
  if (touchesPath(directory, patterns, cwd)) return true;
  const absolute = path.resolve(cwd, directory);
  const wanted = [absolute, realPath(absolute) ?? absolute];
  return patterns.some((pattern) => {
    const { fixed, globs } = split(pattern, cwd);
    const bases = [fixed, realPath(fixed) ?? fixed];
    const isAbove = bases.some((base) => isInside(base, wanted));
    return isAbove || (globs.length > 0 && wanted.some((each) => isInside(each, bases)));
  });
}

/** The part of a pattern before its first wildcard as an absolute path, and the remaining segments. */
export function split(pattern: string, cwd: string): { fixed: string; globs: readonly string[] } {
  const segments = path.resolve(cwd, pattern).split(path.sep);
  const firstGlob = segments.findIndex((segment) => /[*?]/.test(segment));
  if (firstGlob === -1) return { fixed: segments.join(path.sep) || path.sep, globs: [] };
  return { fixed: segments.slice(0, firstGlob).join(path.sep) || path.sep, globs: segments.slice(firstGlob) };
}

/** File systems of these platforms are usually case-insensitive. */
const ignoresCase = process.platform === "darwin" || process.platform === "win32";
const privateFolders: ReadonlySet<string> = new Set([".git", ".codex", ".agents"]);
const allowing = { isPrefix: false, ignoresCase: false, accepts: (name: string) => !privateFolders.has(name) };
const denying = { isPrefix: true, ignoresCase, accepts: () => true };

function matchesAt(
  locate: (base: string) => string | undefined,
  pattern: string,
  cwd: string,
  file: string,
  style: typeof allowing,
): boolean {
  const { fixed, globs } = split(pattern, cwd);
  const base = locate(fixed);
  return base !== undefined && matchesBelow(base, globs, file, style);
}

/** Whether the file is below `base`, and the names of its path from there match the globs. */
function matchesBelow(base: string, globs: readonly string[], file: string, style: typeof allowing): boolean {
  const start = namesOf(base);
  const names = namesOf(file);
  if (names.length < start.length) return false;
  const isSame = (name: string, other: string | undefined) =>
    style.ignoresCase ? name.toLowerCase() === other?.toLowerCase() : name === other;
  return (
    start.every((name, index) => isSame(name, names[index])) && matchesNames(globs, names.slice(start.length), style)
  );
}

function namesOf(absolute: string): string[] {
  return absolute.split(path.sep).filter((name) => name !== "");
}
