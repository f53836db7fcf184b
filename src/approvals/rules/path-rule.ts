// Rules for files.
import path from "node:path";
import type { FileUpdateChange } from "../../events/items.js";
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
  return real !== undefined && patterns.some((pattern) => toRegExp(pattern, cwd, realPath, allowing)?.test(real));
}

/** Whether the file, or a directory above it, matches one of the patterns, by its name or with links resolved. */
export function touchesPath(file: string, patterns: readonly string[], cwd: string): boolean {
  const absolute = path.resolve(cwd, file);
  const real = realPath(absolute);
  return patterns.some(
    (pattern) =>
      toRegExp(pattern, cwd, asNamed, denying)?.test(absolute) === true ||
      (real !== undefined && toRegExp(pattern, cwd, realPath, denying)?.test(real) === true),
  );
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

interface Style {
  /** Appended to the pattern after the last segment. */
  end: string;
  flags: string;
  /** Prepended to each name that begins with a wildcard. */
  guard: string;
}

/** File systems of these platforms are usually case-insensitive. */
const ignoresCase = process.platform === "darwin" || process.platform === "win32";
const separator = escape(path.sep);
const privateFolders = String.raw`(?!\.(?:git|codex|agents)(?:${separator}|$))`;
const allowing: Style = { end: "", flags: "s", guard: privateFolders };
const denying: Style = { end: `(?:${separator}.*)?`, flags: ignoresCase ? "si" : "s", guard: "" };

function asNamed(base: string): string {
  return base;
}

function toRegExp(
  pattern: string,
  cwd: string,
  locate: (base: string) => string | undefined,
  { end, flags, guard }: Style,
): RegExp | undefined {
  const { fixed, globs } = split(pattern, cwd);
  const base = locate(fixed);
  if (base === undefined) return undefined;
  const start = escape(base.endsWith(path.sep) ? base.slice(0, -1) : base);
  return new RegExp(
    `^${start}${globs.map((segment, index) => toPattern(segment, index, globs, guard)).join("")}${end}$`,
    flags,
  );
}

function toPattern(segment: string, index: number, all: readonly string[], guard: string): string {
  const isLast = index === all.length - 1;
  const folder = `${separator}${guard}[^${separator}]+`;
  if (segment === "**") return isLast ? `(?:${folder})+` : `(?:${folder})*`;
  const name = segment.split(/([*?])/).map((piece) => {
    if (piece === "*") return `[^${separator}]*`;
    return piece === "?" ? `[^${separator}]` : escape(piece);
  });
  return `${separator}${/^[*?]/.test(segment) ? guard : ""}${name.join("")}`;
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
