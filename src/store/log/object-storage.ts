// The backend of a log: objects that are written atomically, and that only one caller can create.

export interface ListedObject {
  key: string;
  /** The creation time in milliseconds, by the backend's clock. */
  createdAt: number;
}

/** Keys consist of safe segments joined by `/`. Reads return all writes that were acknowledged before they started. */
export interface ObjectStorage {
  /** The name of the location in messages, without secrets. */
  readonly name: string;
  /** The precision of `createdAt` and `now`, in milliseconds. */
  readonly clockPrecisionMs: number;
  /** Undefined if an object cannot change after its creation. */
  readonly tails?: TailStorage | undefined;
  /**
   * Creates an object atomically. Only one of several concurrent callers succeeds. Without `isDurable`, a power failure
   * may remove the object, but never a part of it.
   * @returns the creation time, or undefined if the key exists.
   */
  create(key: string, bytes: Uint8Array, options: { isDurable: boolean }): Promise<number | undefined>;
  /** Creates or replaces an object. */
  replace(key: string, bytes: Uint8Array): Promise<void>;
  /** The object or a part of it, and the time of its last change; undefined if it does not exist. */
  get(
    key: string,
    range?: { start: number; end: number },
  ): Promise<{ bytes: Uint8Array; createdAt: number } | undefined>;
  /** The objects below `prefix` whose key is greater than `after`, ordered by key. */
  list(prefix: string, after?: string): Promise<ListedObject[]>;
  /** The distinct next segments below `prefix`, in order. For `a/b/c` and `a/d/e` below `a/`, they are `b` and `d`. */
  folders(prefix: string): Promise<string[]>;
  /** Removes objects, ignoring missing ones. */
  remove(keys: readonly string[]): Promise<void>;
  /** The backend's time in milliseconds. */
  now(): Promise<number>;
  /** @throws StoreError if the backend does not provide the guarantees of this interface. */
  check(): Promise<void>;
}

/** Objects that their only writer extends. A power failure can cut off what was written since the last sync. */
export interface TailStorage {
  /** Whether `exists` also reports what other machines have just created. Otherwise tails are only read. */
  readonly canExtend: boolean;
  /**
   * Writes bytes at an offset, over what was there. At 0, it creates the object if necessary.
   * @returns false if the object does not exist.
   */
  extend(key: string, at: number, bytes: Uint8Array, options: { isDurable: boolean }): Promise<boolean>;
  exists(key: string): Promise<boolean>;
  /** Makes an object durable that another process has written. Ignores a missing one. */
  sync(key: string): Promise<void>;
}
