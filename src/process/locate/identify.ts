// Whether an executable is codex at all: asked once something went wrong with it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { existingDirectory } from "./existing-directory.js";
import { CodexUnusableError } from "../../errors/errors.js";

const limitMs = 5_000;

export interface Executable {
  executablePath: string;
  /** What stands before codex's own arguments. */
  prefixArgs: readonly string[];
  env: Record<string, string>;
}

/**
 * Undefined for a codex; for anything else the error that says so. Asks `--version`, as a person would.
 * @param options.silentIsCodex whether what says nothing may pass for codex: a wrapper, say. Default false.
 */
export async function notCodexError(
  executable: Executable,
  { silentIsCodex = false } = {},
): Promise<CodexUnusableError | undefined> {
  const { executablePath, prefixArgs, env } = executable;
  const asked = promisify(execFile)(executablePath, [...prefixArgs, "--version"], {
    env,
    cwd: existingDirectory(),
    timeout: limitMs,
    killSignal: "SIGKILL",
    maxBuffer: 64 * 1024,
  });
  // Some programs read before they say anything.
  asked.child.stdin?.on("error", () => {}).end();
  const said = await asked.then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
  if (/^codex\b/i.test(said) || (silentIsCodex && said === "")) return undefined;
  const answer = said === "" ? "nothing" : JSON.stringify(said.slice(0, 80));
  return new CodexUnusableError(
    `${executablePath} is not codex: asked for its version it said ${answer}. ` +
      "Check `codexPathOverride`, or leave it out to use the codex that came with this package.",
    executablePath,
  );
}
