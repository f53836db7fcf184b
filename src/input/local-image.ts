// Images in files: codex would only tell the model that it could not read one, so look before.
import { open, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { InvalidInputError } from "../errors/errors.js";
import { imageKinds, mediaTypeOf, signatureLength } from "./media-type.js";

/** The absolute path of the image at `path`; `where` names the part in errors. */
export async function checkLocalImage(path: unknown, where: string): Promise<string> {
  const absolute = toAbsolutePath(path, where);
  const start = await readStart(absolute, where);
  if (mediaTypeOf(start) === undefined) {
    const problem = start.length === 0 ? "is empty" : "is no image that codex can read";
    throw new InvalidInputError(`${where}: the file ${absolute} ${problem}. Give it a ${imageKinds}.`);
  }
  return absolute;
}

/** `path` from the host's own working directory. */
export function toAbsolutePath(path: unknown, where: string): string {
  if (typeof path !== "string" || path === "" || path.includes("\0")) {
    throw new InvalidInputError(`${where} has no path. Give it the path of a file.`);
  }
  return resolve(path);
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

/** @throws InvalidInputError unless there is a file at `path`. */
export async function checkFile(path: string, where: string): Promise<void> {
  const stats = await stat(path).catch((cause: unknown) => {
    throw unreadable(path, where, cause);
  });
  // Reading a pipe or a device might never end.
  if (stats.isFile()) return;
  const kind = stats.isDirectory() ? "a directory" : "no regular file";
  throw new InvalidInputError(`${where}: ${path} is ${kind}. Give it the path of a file.`);
}

function unreadable(path: string, where: string, cause: unknown): InvalidInputError {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  const problem = code === "ENOENT" ? `there is no file ${path}` : `the file ${path} cannot be read (${String(code)})`;
  return new InvalidInputError(`${where}: ${problem}. Relative paths start at ${process.cwd()}.`, { cause });
}
