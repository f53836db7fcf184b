// Validates images in files. Codex reports an unreadable image only to the model, so the SDK checks first.
import { open, stat } from "node:fs/promises";
import { InvalidInputError } from "../errors/errors.js";
import { absolutePath } from "../validation/host-directory.js";
import { imageKinds, mediaTypeOf, signatureLength } from "./media-type.js";

/** The absolute path of the image at `path`; `where` names the part in errors. */
export async function checkLocalImage(path: unknown, where: string): Promise<string> {
  const absolute = toAbsolutePath(path, where);
  const start = await readStart(absolute, where);
  if (mediaTypeOf(start) === undefined) {
    const problem = start.length === 0 ? "is empty" : "is not an image that Codex can read";
    throw new InvalidInputError(`${where}: the file ${absolute} ${problem}. Pass a ${imageKinds} image.`);
  }
  return absolute;
}

/** Resolves `path` against the host's working directory. */
export function toAbsolutePath(path: unknown, where: string): string {
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new InvalidInputError(`${where} has no path. Pass the path of a file.`);
  }
  return absolutePath(path);
}

async function readStart(path: string, where: string): Promise<Uint8Array> {
  await checkFile(path, where);
  try {
    const file = await open(path, "r");
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(signatureLength), 0, signatureLength, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw unreadable(path, where, cause);
  }
}

/** @throws InvalidInputError if `path` is not a regular file. */
export async function checkFile(path: string, where: string): Promise<void> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, where, cause);
  });
  // A read from a pipe or a device might never finish.
  if (stats.isFile()) return;
  const kind = stats.isDirectory() ? "a directory" : "not a regular file";
  throw new InvalidInputError(`${where}: ${path} is ${kind}. Pass the path of a file.`);
}

function unreadable(path: string, where: string, cause: unknown): InvalidInputError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const problem =
    code === "ENOENT" ? `the file ${path} does not exist` : `the file ${path} cannot be read (${String(code)})`;
  return new InvalidInputError(
    `${where}: ${problem}. Check the path. Relative paths are resolved against the working directory of this process.`,
    { cause },
  );
}
