// Matches the names of a path with globs. The time grows with the length of both, whatever they contain: the agent writes
// the paths, and a regular expression can take exponential time.

export interface GlobOptions {
  /** Whether the pattern may match the beginning of the path, so that it covers everything in a folder. */
  isPrefix: boolean;
  ignoresCase: boolean;
  /** Whether a wildcard may match the name. */
  accepts: (name: string) => boolean;
}

/** `*` and `?` match within a name, `**` any number of names; at the end of the pattern, at least one. */
export function matchesNames(globs: readonly string[], names: readonly string[], options: GlobOptions): boolean {
  // The positions in the pattern that the names so far lead to.
  let positions = withSkipped([0], globs);
  for (const name of names) {
    if (options.isPrefix && positions.has(globs.length)) return true;
    positions = withSkipped(
      [...positions].flatMap((position) => next(position, globs, name, options)),
      globs,
    );
    if (positions.size === 0) return false;
  }
  return positions.has(globs.length);
}

function next(position: number, globs: readonly string[], name: string, options: GlobOptions): number[] {
  const glob = globs[position];
  if (glob === undefined) return [];
  if (/^[*?]/.test(glob) && !options.accepts(name)) return [];
  const isLast = position === globs.length - 1;
  if (glob === "**") return isLast ? [position, position + 1] : [position];
  return matchesName(glob, name, options) ? [position + 1] : [];
}

/** `**` before other names also matches none. */
function withSkipped(positions: readonly number[], globs: readonly string[]): Set<number> {
  const all = new Set(positions);
  for (const position of all) if (globs[position] === "**" && position < globs.length - 1) all.add(position + 1);
  return all;
}

function matchesName(glob: string, name: string, { ignoresCase }: GlobOptions): boolean {
  return ignoresCase ? matches(glob.toLowerCase(), name.toLowerCase()) : matches(glob, name);
}

/** Each `*` matches as little as possible at first. Only the last one is extended when a later character differs. */
function matches(glob: string, name: string): boolean {
  let at = 0;
  let star = -1;
  let afterStar = 0;
  for (let index = 0; index < name.length;) {
    if (glob[at] === "*") {
      star = at;
      afterStar = index;
      at += 1;
    } else if (at < glob.length && (glob[at] === "?" || glob[at] === name[index])) {
      at += 1;
      index += 1;
    } else if (star === -1) {
      return false;
    } else {
      afterStar += 1;
      index = afterStar;
      at = star + 1;
    }
  }
  while (glob[at] === "*") at += 1;
  return at === glob.length;
}
