// Protects Codex and this SDK if they are installed in a directory that the agent may write to.
import path from "node:path";
import { isWithin } from "../internal/paths.js";

/**
 * Entries of a permission profile that prevent the agent from changing the programs. Each parent directory of a program gets
 * a separate entry, although the agent may write there: a mounted directory cannot be renamed, and so cannot be replaced.
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
