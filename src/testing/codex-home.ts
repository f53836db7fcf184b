// A CODEX_HOME of its own for tests, and its removal.
import { constants } from "node:fs";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function makeCodexHome(): Promise<string> {
  return await mkdtemp(join(await parentDirectory(), "codex-home-"));
}

/** Below the temporary directory codex makes no helper links, and then commands with a terminal cannot run on Linux. */
async function parentDirectory(): Promise<string> {
  const elsewhere = "/var/tmp";
  if (process.platform === "win32" || tmpdir() === elsewhere) return tmpdir();
  return await access(elsewhere, constants.W_OK | constants.X_OK).then(
    () => elsewhere,
    () => tmpdir(),
  );
}

/** Removes the directory. A codex that is just ending may still write to it, so this tries again for a while. */
export async function removeCodexHome(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
