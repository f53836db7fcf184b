// A CODEX_HOME of its own for tests, and its removal.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

export async function makeCodexHome(): Promise<string> {
  return await mkdtemp(join(tmpdir(), "codex-home-"));
}

/** Removes the directory. A codex that is just ending may still write to it, so this tries again for a while. */
export async function removeCodexHome(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}
