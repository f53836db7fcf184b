// Stores objects as files in a directory that processes and machines share.
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, link, open, readdir, rename, rm, stat, unlink } from "node:fs/promises";
import path from "node:path";
import { StoreError } from "../../index.js";
import type { ListedObject, ObjectStorage } from "../log/object-storage.js";
import { codeOf, isMissing } from "./file-errors.js";
import { FileTails } from "./file-tails.js";
import { makeFolders } from "./make-folder.js";
import { SyncedFolder, syncFolder } from "./synced-folder.js";

/** The prefix of unpublished files. */
const temporary = ".tmp-";
/** A marker file: an unmounted directory must not be mistaken for an empty store. */
const markerName = "codex-sdk-store.json";
/** A link could lead out of the store, and opening a named pipe would wait for a writer. */
const readFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const notPermitted: ReadonlySet<string> = new Set(["EACCES", "EPERM", "EROFS"]);
const notSupported: ReadonlySet<string> = new Set(["ENOTDIR", "ENOTSUP", "EOPNOTSUPP", "ENOSYS"]);
/** The age after which an unpublished file belongs to a process that has died. */
const abandonedAfterMs = 3_600_000;

export class FileObjects implements ObjectStorage {
  readonly name: string;
  /** Some file systems store times in whole seconds. */
  readonly clockPrecisionMs = 20;
  readonly tails: FileTails;
  readonly #directory: string;
  readonly #clockFile = `${temporary}clock-${randomUUID()}`;
  readonly #known = new Set<string>();
  #isChecked = false;

  constructor(directory: string) {
    this.#directory = path.resolve(directory);
    this.name = this.#directory;
    this.tails = new FileTails({
      directory: this.#directory,
      pathOf: (key) => this.#pathOf(key),
      makeFolder: (folder) => this.#makeFolder(folder),
      guarded: (work) => this.#guarded(work),
    });
  }

  async create(key: string, bytes: Uint8Array, { isDurable }: { isDurable: boolean }): Promise<number | undefined> {
    return this.#guarded(async () => {
      const target = this.#pathOf(key);
      return this.#write(target, { bytes, isDurable }, async (draft) => {
        try {
          // Unlike a rename, a link fails if the name exists, also on network file systems.
          await link(draft, target);
          return true;
        } catch (error) {
          if (codeOf(error) === "EEXIST") return false;
          throw error;
        }
      });
    });
  }

  async replace(key: string, bytes: Uint8Array): Promise<void> {
    await this.#guarded(async () => {
      const target = this.#pathOf(key);
      await this.#write(target, { bytes, isDurable: true }, async (draft) => {
        await rename(draft, target);
        return true;
      });
    });
  }

  async get(
    key: string,
    range?: { start: number; end: number },
  ): Promise<{ bytes: Uint8Array; createdAt: number } | undefined> {
    return this.#guarded(async () => {
      let handle;
      try {
        handle = await open(this.#pathOf(key), readFlags);
        const found = await handle.stat();
        if (!found.isFile()) throw this.#plantedError(key);
        const { size, mtimeMs } = found;
        const start = range?.start ?? 0;
        const bytes = Buffer.alloc(Math.max(0, Math.min(range?.end ?? size, size) - start));
        let length = 0;
        while (length < bytes.length) {
          const { bytesRead } = await handle.read(bytes, length, bytes.length - length, start + length);
          if (bytesRead === 0) break;
          length += bytesRead;
        }
        return { bytes: bytes.subarray(0, length), createdAt: mtimeMs };
      } catch (error) {
        if (isMissing(error)) return undefined;
        throw codeOf(error) === "ELOOP" ? this.#plantedError(key) : error;
      } finally {
        await handle?.close();
      }
    });
  }

  async list(prefix: string, after = ""): Promise<ListedObject[]> {
    return this.#guarded(async () => {
      const folder = this.#pathOf(prefix.slice(0, -1));
      const names = (await this.#readFolder(folder)).filter((entry) => entry.isFile()).map(({ name }) => name);
      const keys = names.filter((name) => !name.startsWith(temporary)).map((name) => prefix + name);
      const listed = keys.filter((key) => key > after).toSorted();
      const objects = await Promise.all(
        listed.map(async (key) => {
          const found = await stat(this.#pathOf(key)).catch(() => undefined);
          return found && { key, createdAt: found.mtimeMs };
        }),
      );
      return objects.filter((object) => object !== undefined);
    });
  }

  async folders(prefix: string): Promise<string[]> {
    return this.#guarded(async () => {
      const entries = await this.#readFolder(this.#pathOf(prefix.slice(0, -1)));
      return entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => name)
        .toSorted();
    });
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#guarded(async () => {
      for (const key of keys) await rm(this.#pathOf(key), { force: true });
    });
  }

  /** The time of a newly written file. On a network file system, this is the time of its server. */
  async now(): Promise<number> {
    return this.#guarded(async () => {
      const file = path.join(this.#directory, this.#clockFile);
      const handle = await open(file, "w");
      try {
        await handle.write("t", 0).catch((error: unknown) => {
          // A new file has the time, too: threads can be read while the disk is full.
          if (codeOf(error) !== "ENOSPC" && codeOf(error) !== "EDQUOT") throw error;
        });
        return (await handle.stat()).mtimeMs;
      } finally {
        await handle.close();
        await rm(file, { force: true });
      }
    });
  }

  async check(): Promise<void> {
    await makeFolders(this.#directory).catch((error: unknown) => {
      throw this.#failed(error);
    });
    await this.#removeAbandoned();
    await this.#guarded(() => this.tails.check());
    await this.create(markerName, Buffer.from(`${JSON.stringify({ format: 1 })}\n`), { isDurable: true });
    this.#isChecked = true;
    const name = `probe/${randomUUID()}`;
    const created = await Promise.all([1, 2, 3].map(() => this.create(name, Buffer.from("x"), { isDurable: true })));
    const winners = created.filter((createdAt) => createdAt !== undefined);
    const found = await this.get(name);
    await this.remove([name]);
    if (winners.length === 1 && found?.bytes.length === 1) return;
    throw new StoreError(
      `${this.name} cannot hold a thread store: creating a file that exists did not fail. Use a file system with hard links, such as ext4, APFS, NTFS or NFS.`,
      { isRetryable: false },
    );
  }

  /**
   * Writes a file that `publish` renames. Each `await` can take milliseconds on a busy machine, so independent steps
   * run concurrently.
   * @returns the time of the file, or undefined if `publish` rejected it.
   */
  async #write(
    target: string,
    { bytes, isDurable }: { bytes: Uint8Array; isDurable: boolean },
    publish: (draft: string) => Promise<boolean>,
  ): Promise<number | undefined> {
    const folder = path.dirname(target);
    await this.#makeFolder(folder);
    // Not in the thread's folder, so that files of a dead process can be found and do not belong to a thread.
    const draft = path.join(this.#directory, temporary + randomUUID());
    const parent = isDurable ? new SyncedFolder(folder) : undefined;
    try {
      const handle = await open(draft, "wx", 0o600);
      const clean = async () => Promise.all([handle.close(), unlink(draft).catch(() => undefined)]);
      try {
        await handle.writeFile(bytes);
        // Also without `isDurable`: after a power failure, a published file without its bytes would damage the log.
        await handle.datasync();
        const [isPublished, { mtimeMs }] = await Promise.all([publish(draft), handle.stat()]);
        await Promise.all([isPublished && parent?.sync(), clean()]);
        return isPublished ? mtimeMs : undefined;
      } catch (error) {
        await clean();
        throw error;
      }
    } finally {
      parent?.close();
    }
  }

  async #makeFolder(folder: string): Promise<void> {
    if (this.#known.has(folder)) return;
    await this.#assertPresent();
    const first = await makeFolders(folder);
    // A new folder is durable only after its parent has been synced.
    const oldest = first ?? `${folder}${path.sep}`;
    for (let made = folder; made.length >= oldest.length; made = path.dirname(made)) {
      await syncFolder(path.dirname(made));
    }
    this.#known.add(folder);
  }

  async #readFolder(folder: string) {
    try {
      return await readdir(folder, { withFileTypes: true });
    } catch (error) {
      if (!isMissing(error)) throw error;
      await this.#assertPresent();
      return [];
    }
  }

  /** A removed or unmounted directory must not be treated as an empty store. */
  async #assertPresent(): Promise<void> {
    if (!this.#isChecked) return;
    await access(path.join(this.#directory, markerName)).catch((error: unknown) => {
      throw new StoreError(
        `${this.name} no longer contains the thread store: ${markerName} cannot be read. Mount or restore the directory.`,
        { cause: error },
      );
    });
  }

  async #removeAbandoned(): Promise<void> {
    const now = await this.now();
    for (const entry of await readdir(this.#directory, { withFileTypes: true })) {
      if (!entry.name.startsWith(temporary)) continue;
      const file = path.join(this.#directory, entry.name);
      const found = await stat(file).catch(() => undefined);
      if (found && now - found.mtimeMs > abandonedAfterMs) await rm(file, { force: true });
    }
  }

  #pathOf(key: string): string {
    return path.join(this.#directory, ...key.split("/"));
  }

  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      // The next call creates a removed folder again.
      if (isMissing(error)) this.#known.clear();
      throw error instanceof StoreError ? error : this.#failed(error);
    }
  }

  #plantedError(key: string): StoreError {
    return new StoreError(`${key} in ${this.name} is not a regular file. Only this SDK may write there. Remove it.`, {
      isRetryable: false,
    });
  }

  #failed(error: unknown): StoreError {
    const code = codeOf(error) ?? "";
    const reason = error instanceof Error ? error.message : String(error);
    const advice = notPermitted.has(code)
      ? " Give this process the right to read and write in the directory, or pass another directory."
      : "";
    return new StoreError(`The thread store in ${this.name} failed: ${reason}.${advice}`, {
      cause: error,
      isRetryable: !notPermitted.has(code) && !notSupported.has(code),
    });
  }
}
