// A working directory for a child process.
import path from "node:path";

/** Undefined for the host's own. If that was deleted, processes cannot be started in it: then the root directory. */
export function existingDirectory(): string | undefined {
  try {
    process.cwd();
    return undefined;
  } catch {
    return path.parse(process.execPath).root;
  }
}
