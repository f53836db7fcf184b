// A store in a directory.
import { InvalidInputError } from "../../index.js";
import type { ThreadStore } from "../../index.js";
import { LogStore } from "../log/log-store.js";
import type { Transform } from "../transform.js";
import { FileObjects } from "./file-objects.js";

export interface FileStoreOptions {
  /** How long a claim lasts after its last renewal, in milliseconds. @defaultValue 30,000 */
  leaseMs?: number | undefined;
  /** Encrypts or compresses stored bytes. All processes must pass the same transform. @defaultValue none */
  transform?: Transform | undefined;
}

/**
 * A store in a directory that processes and machines can share. The file system must support hard links.
 * @throws InvalidInputError for an invalid option. The directory is checked by the first turn.
 */
export function fileStore(directory: string, options: FileStoreOptions = {}): ThreadStore {
  if (typeof directory !== "string" || directory.trim() === "") {
    throw new InvalidInputError("`fileStore` requires the path of a directory.");
  }
  return new LogStore(new FileObjects(directory), options);
}
