// What is at a path. A path that cannot be looked at, for whatever reason, has nothing.
import { accessSync, constants, statSync, type Stats } from "node:fs";

export function exists(path: string): boolean {
  return look(path) !== undefined;
}

export function isFile(path: string): boolean {
  return look(path)?.isFile() ?? false;
}

export function isDirectory(path: string): boolean {
  return look(path)?.isDirectory() ?? false;
}

/** Whether the system starts it when asked to. Windows goes by the extension, and starts no scripts. */
export function isExecutable(path: string, platform: NodeJS.Platform): boolean {
  if (platform === "win32") return /\.(exe|com)$/i.test(path);
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function look(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}
