// A directory of this process alone, removed when it is no longer used, or else when the process ends.
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const directories = new Set<string>();

/** Creates a directory that only this user can enter, outside the places that sandboxed commands can write to. */
export function makePrivateDirectory(prefix: string): string {
  // mkdtemp creates it with mode 0700.
  const directory = mkdtempSync(join(parentDirectory(), prefix));
  if (directories.size === 0) process.once("exit", removeForgotten);
  directories.add(directory);
  return directory;
}

/** A Codex that is still ending may write to it: this tries again for a while, and once more when the process ends. */
export async function removePrivateDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function removeForgotten(): void {
  for (const directory of directories) {
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch {
      // A process that outlives this one still writes there.
    }
  }
}

/** Below the temporary directory commands may write, and Codex makes no helper links that commands with a terminal need. */
function parentDirectory(): string {
  const outside = "/var/tmp";
  if (process.platform === "win32") return tmpdir();
  try {
    accessSync(outside, constants.W_OK | constants.X_OK);
    return outside;
  } catch {
    return tmpdir();
  }
}
