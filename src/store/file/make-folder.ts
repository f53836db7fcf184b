// Creates folders, with the actual error if that fails.
import { constants } from "node:fs";
import { access, mkdir } from "node:fs/promises";
import path from "node:path";
import { isMissing } from "./file-errors.js";

/** @returns the first created folder, or undefined if all exist. */
export async function makeFolders(folder: string): Promise<string | undefined> {
  try {
    return await mkdir(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    // Node.js reports a read-only file system as a missing folder.
    if (isMissing(error)) await assertWritable(folder);
    throw error;
  }
}

async function assertWritable(folder: string): Promise<void> {
  const parent = path.dirname(folder);
  try {
    await access(parent, constants.W_OK);
  } catch (error) {
    if (!isMissing(error) || parent === folder) throw error;
    await assertWritable(parent);
  }
}
