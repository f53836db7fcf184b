// The error if Codex could not be started.
import { CodexUnusableError } from "../../errors/errors.js";
import { isDirectory } from "./file-kind.js";

export function spawnError(error: unknown, executablePath: string, cwd: string | undefined): CodexUnusableError {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return new CodexUnusableError(
    `Codex could not be started: ${reason(code, error, executablePath, cwd)}`,
    executablePath,
    {
      cause: error,
    },
  );
}

function reason(code: string, error: unknown, executablePath: string, cwd: string | undefined): string {
  // ENOENT can mean either. The executable existed a moment ago.
  if (cwd !== undefined && (code === "ENOENT" || code === "ENOTDIR") && !isDirectory(cwd)) {
    return `the working directory ${cwd} is not a directory. Create it, or choose another.`;
  }
  switch (code) {
    case "ENOENT":
      return `${executablePath} does not exist, or the interpreter in its first line does not.`;
    case "EACCES":
    case "EPERM":
      return `${executablePath} cannot be executed. Check its permissions (chmod +x) and the mount options of its disk.`;
    case "ENOEXEC":
    case "UNKNOWN":
      return `${executablePath} is not a program for this system (${process.platform}-${process.arch}).`;
    case "E2BIG":
      return "its arguments and environment are larger than the system allows. Reduce `config` or `env`.";
    case "EAGAIN":
    case "EMFILE":
    case "ENFILE":
    case "ENOMEM":
      return `the system does not have enough processes, files or memory (${code}). End other processes, or raise the limit (ulimit).`;
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
