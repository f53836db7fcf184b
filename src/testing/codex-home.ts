// A CODEX_HOME of its own for tests, and its removal.
import { constants, rmSync } from "node:fs";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const homes = new Set<string>();

/** Makes a CODEX_HOME, which goes with `removeCodexHome`, or else when the program ends. */
export async function makeCodexHome(): Promise<string> {
  const home = await mkdtemp(join(await parentDirectory(), "codex-home-"));
  if (homes.size === 0) process.once("exit", removeForgotten);
  homes.add(home);
  return home;
}

/**
 * Removes the directory. A codex that is just ending may still write to it, so this tries again for a while; and one that
 * outlives its model may make it anew, so it is looked at once more when the program ends.
 */
export async function removeCodexHome(home: string): Promise<void> {
  await rm(home, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function removeForgotten(): void {
  for (const home of homes) {
    try {
      rmSync(home, { recursive: true, force: true });
    } catch {
      // A codex that lives on may still write there; nobody is left to wait for it.
    }
  }
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
