// CODEX_HOME: the directory with Codex's configuration, logins and threads.
import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { InvalidInputError } from "../../errors/errors.js";
import { absolutePath } from "../../validation/host-directory.js";

export interface HomeOptions {
  codexHome?: string | undefined;
  env?: Readonly<Record<string, string | undefined>> | undefined;
}

/** The directory that Codex uses: the option, the environment variable, or `~/.codex`. */
export function codexHomePath({ codexHome, env }: HomeOptions): string {
  const environment = env ?? process.env;
  const home = codexHome ?? environment["CODEX_HOME"];
  if (home !== undefined && home !== "") return absolutePath(home);
  return path.join(environment["HOME"] || os.homedir(), ".codex");
}

/**
 * Creates the directory, accessible only for this user, if it does not exist. Codex itself does not create it.
 * @throws InvalidInputError if it cannot be created or written to.
 */
export async function ensureCodexHome(options: HomeOptions): Promise<void> {
  const home = codexHomePath(options);
  try {
    await mkdir(home, { recursive: true, mode: 0o700 });
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InvalidInputError(
      `Codex cannot write to its CODEX_HOME, ${home}: ${why}. Pass another directory as \`codexHome\`, or change the permissions of this one.`,
      { cause },
    );
  }
}
