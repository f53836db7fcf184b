// Resolves paths, and compares directories.
import { readlinkSync, realpathSync } from "node:fs";
import path from "node:path";

const mostLinks = 40;

/**
 * The path itself, the path of each symbolic link on the way, and its target. An agent that can write to one of these
 * decides what is found at the path. Parts that do not exist are kept unchanged.
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

/** The path without symbolic links; unchanged if it does not exist. */
export function realPath(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return path.resolve(file);
  }
}

/** Whether `file` is `directory` or inside it, comparing only the text of the paths. */
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
    return undefined; // it is not a link, or does not exist
  }
}
