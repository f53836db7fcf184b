// Where a path leads, and what lies below what.
import { readlinkSync, realpathSync } from "node:fs";
import path from "node:path";

const mostLinks = 40;

/**
 * The path itself, the place of each symbolic link on the way, and where it ends. Whoever can write to one of these
 * decides what is found at the path. Parts that do not exist stay as they are.
 */
export function locationsOf(file: string): string[] {
  const start = path.resolve(file);
  const locations = new Set([start]);
  let { root: current } = path.parse(start);
  const left = partsOf(start);
  for (let links = 0; left.length > 0;) {
    const next = path.join(current, left.shift() ?? "");
    const target = linkTarget(next);
    if (target === undefined) {
      current = next;
      continue;
    }
    locations.add(next);
    if (++links > mostLinks) break;
    const resolved = path.resolve(current, target);
    left.unshift(...partsOf(resolved));
    current = path.parse(resolved).root;
  }
  return [...locations.add(path.join(current, ...left))];
}

/** The path without symbolic links; as it is when it does not exist. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

/** Whether `file` is `directory` or lies below it, by their text alone. */
export function isWithin(file: string, directory: string): boolean {
  const relative = path.relative(directory, file);
  return relative === "" || (!path.isAbsolute(relative) && relative !== ".." && !relative.startsWith(`..${path.sep}`));
}

function partsOf(file: string): string[] {
  return file.slice(path.parse(file).root.length).split(path.sep).filter(Boolean);
}

function linkTarget(file: string): string | undefined {
  try {
    return readlinkSync(file);
  } catch {
    return undefined; // not a link, or not there
  }
}
