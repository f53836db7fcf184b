// Checks whether an executable is Codex, after something went wrong with it.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { existingDirectory } from "./existing-directory.js";
import { CodexUnusableError } from "../../errors/errors.js";

const limitMs = 5_000;

export interface Executable {
  executablePath: string;
  /** The arguments before Codex's own. */
  prefixArgs: readonly string[];
  env: Record<string, string>;
}

/**
 * Undefined if it is Codex; otherwise an error that says so. Runs `--version`.
 * @param options.silentIsCodex whether a program without output counts as Codex, such as a wrapper. Default false.
 */
export async function notCodexError(
  executable: Executable,
  { silentIsCodex = false } = {},
): Promise<CodexUnusableError | undefined> {
  const { executablePath, prefixArgs, env } = executable;
  const child = promisify(execFile)(executablePath, [...prefixArgs, "--version"], {
    env,
    cwd: existingDirectory(),
    timeout: limitMs,
    killSignal: "SIGKILL",
    maxBuffer: 64 * 1024,
  });
  // Some programs first read their input.
  child.child.stdin?.on("error", () => {}).end();
  const output = await child.then(
    ({ stdout }) => stdout.trim(),
    () => "",
  );
  if (/^codex\b/i.test(output) || (silentIsCodex && output === "")) return undefined;
  const answer = output === "" ? "nothing" : JSON.stringify(output.slice(0, 80));
  return new CodexUnusableError(
    `${executablePath} is not codex: \`--version\` printed ${answer}. ` +
      "Check `codexPathOverride`, or remove it to use the codex of this package.",
    executablePath,
  );
}
