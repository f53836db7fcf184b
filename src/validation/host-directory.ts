// Paths of the host, whose working directory may have been deleted.
import path from "node:path";
import { InvalidInputError } from "../errors/errors.js";

/**
 * The host's working directory.
 * @throws InvalidInputError if it was deleted.
 */
export function hostDirectory(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new InvalidInputError(
      "The working directory of this process was deleted. Pass absolute paths and a `workingDirectory`, or call `process.chdir()` first.",
      { cause },
    );
  }
}

/**
 * Resolves a path of the host's options. Use this instead of `path.resolve`, which throws a system error.
 * @throws InvalidInputError for a relative path if the host's working directory was deleted.
 */
export function absolutePath(file: string): string {
  return path.isAbsolute(file) ? path.normalize(file) : path.resolve(hostDirectory(), file);
}
