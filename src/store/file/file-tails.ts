// Files that their only writer extends. An append needs one sync, because the file already has its name.
import { constants } from "node:fs";
import { access, open, statfs } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import path from "node:path";
import { StoreError } from "../../index.js";
import type { TailStorage } from "../log/object-storage.js";
import { isMissing } from "./file-errors.js";
import { syncFolder } from "./synced-folder.js";

/** The `f_type` of Linux file systems whose files and folders all processes see alike, because one kernel serves them. */
const localTypes: ReadonlySet<number> = new Set([
  0xef53, // ext2, ext3 and ext4
  0x58465342, // XFS
  0x9123683e, // Btrfs
  0xf2f52010, // F2FS
  0x2fc12fc1, // ZFS
  0x01021994, // tmpfs
  0x794c7630, // overlayfs
]);

/** A link could lead out of the store. */
const noFollow = constants.O_NOFOLLOW ?? 0;

export interface TailFolder {
  directory: string;
  pathOf: (key: string) => string;
  makeFolder: (folder: string) => Promise<void>;
  guarded: <Result>(work: () => Promise<Result>) => Promise<Result>;
}

export class FileTails implements TailStorage {
  readonly #folder: TailFolder;
  #canExtend = false;

  constructor(folder: TailFolder) {
    this.#folder = folder;
  }

  get canExtend(): boolean {
    return this.#canExtend;
  }

  /** A network file system may answer `exists` from a cache. */
  async check(): Promise<void> {
    this.#canExtend = process.platform === "linux" && localTypes.has((await statfs(this.#folder.directory)).type);
  }

  async extend(key: string, at: number, bytes: Uint8Array, { isDurable }: { isDurable: boolean }): Promise<boolean> {
    return this.#folder.guarded(async () => {
      const file = this.#folder.pathOf(key);
      const handle = await this.#open(file, at === 0);
      if (!handle) return false;
      try {
        await Promise.all([writeAll(handle, bytes, at), isDurable ? undefined : this.#assertSpace()]);
        if (isDurable) await handle.datasync();
        if (at === 0) await syncFolder(path.dirname(file));
      } finally {
        // Not awaited: nothing depends on it.
        void handle.close().catch(() => undefined);
      }
      return true;
    });
  }

  async exists(key: string): Promise<boolean> {
    return this.#folder.guarded(async () => {
      try {
        await access(this.#folder.pathOf(key), constants.F_OK);
        return true;
      } catch (error) {
        if (isMissing(error)) return false;
        throw error;
      }
    });
  }

  async sync(key: string): Promise<void> {
    // Windows cannot sync a file that is opened for reading. Its names are durable without a sync.
    if (process.platform === "win32") return;
    await this.#folder.guarded(async () => {
      const file = this.#folder.pathOf(key);
      const handle = await open(file, constants.O_RDONLY | noFollow).catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      if (!handle) return;
      try {
        await handle.datasync();
        await syncFolder(path.dirname(file));
      } finally {
        await handle.close();
      }
    });
  }

  async #open(file: string, isNew: boolean): Promise<FileHandle | undefined> {
    if (isNew) await this.#folder.makeFolder(path.dirname(file));
    const flags = noFollow | (isNew ? constants.O_CREAT : 0);
    try {
      return await open(file, constants.O_WRONLY | flags, 0o600);
    } catch (error) {
      if (isMissing(error) && !isNew) return undefined;
      throw error;
    }
  }

  /** A short write may fit into the file's last block although the disk is full. */
  async #assertSpace(): Promise<void> {
    const { bavail, bfree } = await statfs(this.#folder.directory);
    if ((process.getuid?.() === 0 ? bfree : bavail) > 0) return;
    throw new StoreError(`The thread store in ${this.#folder.directory} failed: its disk is full. Free space on it.`);
  }
}

async function writeAll(handle: FileHandle, bytes: Uint8Array, at: number): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    const { bytesWritten } = await handle.write(bytes, written, bytes.length - written, at + written);
    written += bytesWritten;
  }
}
