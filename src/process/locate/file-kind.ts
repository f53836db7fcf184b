// The kind of file at a path. A path that cannot be inspected counts as missing.
import { accessSync, constants, statSync, type Stats } from "node:fs";

export function exists(path: string): boolean {
  return statOf(path) !== undefined;
}

export function isFile(path: string): boolean {
  return statOf(path)?.isFile() ?? false;
}

export function isDirectory(path: string): boolean {
  return statOf(path)?.isDirectory() ?? false;
}

/** Whether the system can execute it. Windows decides by the extension, and does not execute scripts. */
export function isExecutable(path: string, platform: NodeJS.Platform): boolean {
  if (platform === "win32") return /\.(exe|com)$/i.test(path);
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
