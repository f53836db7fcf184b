// A store in a directory.
import { InvalidInputError } from "../../index.js";
import type { ThreadStore } from "../../index.js";
import { LogStore } from "../log/log-store.js";
import type { Transform } from "../transform.js";
import { FileSpace } from "./file-space.js";

export interface FileStoreOptions {
  /** How long a claim lasts after its last sign of life, in milliseconds. @defaultValue 30,000 */
  leaseMs?: number | undefined;
  /** Encrypts or compresses what is written. All processes must pass the same one. @defaultValue none */
  transform?: Transform | undefined;
}

/**
 * A store in a directory, which several processes and machines may share. The file system must support hard links.
 * @throws InvalidInputError for an invalid option. Whether the directory can be used is checked with the first turn.
 */
export function fileStore(directory: string, options: FileStoreOptions = {}): ThreadStore {
  if (typeof directory !== "string" || directory.trim() === "") {
    throw new InvalidInputError("`fileStore` needs the path of a directory.");
  }
  return new LogStore(new FileSpace(directory), options);
}
