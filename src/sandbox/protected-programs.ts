// Codex and this SDK, where they are installed in a directory that the agent may write to.
import path from "node:path";
import { isWithin } from "../internal/paths.js";

/**
 * Entries of a permission profile that keep the agent from changing the programs. A directory above one gets an entry of its
 * own, although the agent may write there: what is mounted cannot be renamed, and so nothing else can take its place.
 * @param programs without symbolic links
 * @param roots directories that the agent may write to, without symbolic links
 */
export function protectedPrograms(
  programs: readonly string[],
  roots: readonly string[],
): Record<string, "read" | "write"> {
  const entries: Record<string, "read" | "write"> = {};
  const outermost = programs.filter((each) => !programs.some((other) => other !== each && isWithin(each, other)));
  for (const program of outermost) {
    for (const root of roots.filter((each) => isWithin(program, each))) {
      for (let above = path.dirname(program); above !== root && isWithin(above, root); above = path.dirname(above)) {
        entries[above] ??= "write";
      }
    }
  }
  for (const program of outermost) if (roots.some((root) => isWithin(program, root))) entries[program] = "read";
  return entries;
}
