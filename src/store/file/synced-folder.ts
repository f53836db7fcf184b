// Makes the names in a folder durable.
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

/** A folder that is opened concurrently with other work, and synced later. */
export class SyncedFolder {
  readonly #opened: Promise<FileHandle | undefined>;

  constructor(folder: string) {
    // Windows cannot open a folder. Its entries are durable without a sync.
    this.#opened = process.platform === "win32" ? Promise.resolve(undefined) : open(folder, "r");
    // `sync` reports the error.
    this.#opened.catch(() => undefined);
  }

  async sync(): Promise<void> {
    await (await this.#opened)?.sync();
  }

  close(): void {
    void this.#opened.then((handle) => handle?.close()).catch(() => undefined);
  }
}

export async function syncFolder(folder: string): Promise<void> {
  const opened = new SyncedFolder(folder);
  try {
    await opened.sync();
  } finally {
    opened.close();
  }
}
