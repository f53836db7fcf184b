// A directory for this process only. It is removed when it is no longer used, at the latest when the process exits.
import { accessSync, constants, mkdtempSync, rmSync } from "node:fs";
import { rm } from "node:fs/promises";
import type { Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const directories = new Set<string>();
const cleaner = { directories: "", send: undefined as ((line: string) => void) | undefined };

/** Creates a directory that only this user can access, outside the directories that sandboxed commands can write to. */
export function makePrivateDirectory(prefix: string): string {
  // mkdtemp creates it with mode 0700.
  const directory = mkdtempSync(join(parentDirectory(), prefix));
  if (directories.size === 0) {
    process.once("exit", removeRemaining);
    void startCleaner();
  }
  directories.add(directory);
  cleaner.directories += `${directory}\n`;
  cleaner.send?.(`${directory}\n`);
  return directory;
}

/** A Codex that is still exiting may write to it, so this retries for some time, and once more when the process exits. */
export async function removePrivateDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
}

function removeRemaining(): void {
  for (const directory of directories) {
    try {
      rmSync(directory, { recursive: true, force: true });
    } catch {
      // Codex exits shortly after this process and still writes there. The cleaner removes the directory after that.
    }
  }
}

/**
 * Reads paths until this process ends for any reason. Then it removes them repeatedly until none was created again for two
 * seconds: Codex exits about one second after its host.
 */
const cleanerScript = `
while IFS= read -r directory; do set -- "$@" "$directory"; done
trap '' HUP INT TERM
absent=0
for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
  rm -rf -- "$@"
  sleep 0.2 2>/dev/null || sleep 1
  absent=$((absent + 1))
  for directory; do [ -e "$directory" ] && absent=0; done
  [ $absent -ge 10 ] && exit
done
`;

/** One small shell for each host process. Not on Windows: there, only the exiting process removes directories. */
async function startCleaner(): Promise<void> {
  if (process.platform === "win32") return;
  const { spawn } = await import("node:child_process");
  try {
    const shell = spawn("/bin/sh", ["-c", cleanerScript, `codex-sdk-cleaner of ${process.pid}`], {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin:/usr/sbin:/sbin:/run/current-system/sw/bin" },
      stdio: ["pipe", "ignore", "ignore"],
      // A signal for the terminal's process group does not end it.
      detached: true,
    });
    shell.on("error", () => {}); // the shell does not exist
    shell.unref();
    const { stdin } = shell;
    stdin.on("error", () => {});
    // It is a socket. An `instanceof` check would load `net`.
    if ("unref" in stdin) (stdin as Socket).unref();
    cleaner.send = (line) => void (stdin.writable && stdin.write(line));
    cleaner.send(cleaner.directories);
  } catch {
    // Processes cannot be started. The exiting process removes what it can.
  }
}

/** In the temporary directory, commands may write, and Codex does not create helper links for commands with a terminal. */
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
