// Resolves links in a path.
import { lstatSync, realpathSync } from "node:fs";
import path from "node:path";

/** The path with links resolved, even if the file does not exist yet; undefined for a broken link. */
export function realPath(absolute: string): string | undefined {
  return new RealPaths().of(absolute);
}

/** Longer paths do not name a file on any platform. */
export const longestPath = 4_096;

/** Resolves many paths, reading each directory only once. */
export class RealPaths {
  readonly #known = new Map<string, string | undefined>();

  of(absolute: string): string | undefined {
    if (absolute.length > longestPath) return undefined;
    if (this.#known.has(absolute)) return this.#known.get(absolute);
    const parent = path.dirname(absolute);
    const realParent = parent === absolute ? "" : this.of(parent);
    const real =
      realParent === undefined ? undefined : followed(path.join(realParent, path.basename(absolute)), parent);
    this.#known.set(absolute, real);
    return real;
  }
}

function followed(file: string, parent: string): string | undefined {
  if (file === ".") return parent; // the root directory
  try {
    const stats = lstatSync(file, { throwIfNoEntry: false });
    return stats?.isSymbolicLink() === true ? realpathSync(file) : file;
  } catch {
    // A path that cannot be inspected may be anything.
    return undefined;
  }
}
