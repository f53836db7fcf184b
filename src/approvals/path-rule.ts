// Which files a rule means, links followed.
import { lstatSync, realpathSync } from "node:fs";
import path from "node:path";
import type { FileUpdateChange } from "../events/items.js";

/** Every path that the change writes. */
export function pathsOf({ path: file, move_path }: FileUpdateChange): string[] {
  return move_path === undefined ? [file] : [file, move_path];
}

/**
 * Whether the file, where it really is, matches one of the patterns: `*` and `?` within a name, `**` for any folders.
 * Relative patterns and files start at `cwd`.
 */
export function matchesPath(file: string, patterns: readonly string[], cwd: string): boolean {
  const real = realPath(path.resolve(cwd, file));
  return real !== undefined && patterns.some((pattern) => toRegExp(pattern, cwd, realPath)?.test(real) ?? false);
}

/** Whether the file matches one of the patterns, by its name or where it really is. */
export function touchesPath(file: string, patterns: readonly string[], cwd: string): boolean {
  const absolute = path.resolve(cwd, file);
  const asNamed = (base: string) => base;
  return (
    matchesPath(file, patterns, cwd) ||
    patterns.some((pattern) => toRegExp(pattern, cwd, asNamed)?.test(absolute) ?? false)
  );
}

/** Where the path leads, for files that are not there yet too; undefined where a link leads nowhere. */
function realPath(absolute: string): string | undefined {
  try {
    return realpathSync(absolute);
  } catch {
    if (isThere(absolute)) return undefined;
    const parent = path.dirname(absolute);
    if (parent === absolute) return undefined;
    const realParent = realPath(parent);
    return realParent === undefined ? undefined : path.join(realParent, path.basename(absolute));
  }
}

function isThere(absolute: string): boolean {
  try {
    lstatSync(absolute);
    return true;
  } catch (error) {
    // What may not be looked at may be anything.
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}

function toRegExp(pattern: string, cwd: string, locate: (base: string) => string | undefined): RegExp | undefined {
  const segments = path.resolve(cwd, pattern).split(path.sep);
  const firstGlob = segments.findIndex((segment) => /[*?]/.test(segment));
  const fixed = firstGlob === -1 ? segments : segments.slice(0, firstGlob);
  const base = locate(fixed.join(path.sep) || path.sep);
  if (base === undefined) return undefined;
  const rest = firstGlob === -1 ? [] : segments.slice(firstGlob);
  const start = escape(base.endsWith(path.sep) ? base.slice(0, -1) : base);
  return new RegExp(`^${start}${rest.map(segmentPattern).join("")}$`, "s");
}

const separator = escape(path.sep);

function segmentPattern(segment: string, index: number, all: readonly string[]): string {
  if (segment === "**") return index === all.length - 1 ? `${separator}.+` : `(?:${separator}[^${separator}]+)*`;
  const name = segment.split(/([*?])/).map((piece) => {
    if (piece === "*") return `[^${separator}]*`;
    return piece === "?" ? `[^${separator}]` : escape(piece);
  });
  return separator + name.join("");
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
