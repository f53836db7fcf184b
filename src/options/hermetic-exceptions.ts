// Exceptions of the option `hermetic`: what a hermetic Codex may still use from the machine.

/**
 * - `login`: the saved login of CODEX_HOME.
 * - `environment`: all environment variables of this process.
 * - `home`: the user's HOME, with its shell profile and the configuration of other programs.
 * - `git`: the repository's branch and remote URL, and the user's git configuration.
 * - `skills`: skills of the repository, and those that Codex brings.
 * - `parent_docs`: AGENTS.md files above the working directory.
 * - `hooks`, `memories`, `plugins`: these features of Codex.
 */
export type HermeticException =
  | "login"
  | "environment"
  | "home"
  | "git"
  | "skills"
  | "parent_docs"
  | "hooks"
  | "memories"
  | "plugins";

const hermeticExceptions = [
  "login",
  "environment",
  "home",
  "git",
  "skills",
  "parent_docs",
  "hooks",
  "memories",
  "plugins",
] as const satisfies readonly HermeticException[];

/** Undefined for a valid value; otherwise a description of the valid values. */
export function expectedHermetic(value: unknown): string | undefined {
  const isKnown = (entry: unknown) => hermeticExceptions.some((exception) => exception === entry);
  if (typeof value === "boolean" || (Array.isArray(value) && value.every(isKnown))) return undefined;
  return `true, false, or an array of exceptions: ${hermeticExceptions.map((each) => JSON.stringify(each)).join(", ")}`;
}
