// Resolves links in a path.
import { lstatSync, realpathSync } from "node:fs";
import path from "node:path";

/** The path with links resolved, even if the file does not exist yet; undefined for a broken link. */
export function realPath(absolute: string): string | undefined {
  try {
    return realpathSync(absolute);
  } catch {
    if (exists(absolute)) return undefined;
    const parent = path.dirname(absolute);
    if (parent === absolute) return undefined;
    const realParent = realPath(parent);
    return realParent === undefined ? undefined : path.join(realParent, path.basename(absolute));
  }
}

function exists(absolute: string): boolean {
  try {
    lstatSync(absolute);
    return true;
  } catch (error) {
    // A path that cannot be inspected may be anything.
    return (error as NodeJS.ErrnoException).code !== "ENOENT";
  }
}
