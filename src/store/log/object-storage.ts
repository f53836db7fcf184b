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
  /**
   * Creates an object atomically. Only one of several concurrent callers succeeds.
   * @returns the creation time, or undefined if the key exists.
   */
  create(key: string, bytes: Uint8Array, options: { isDurable: boolean }): Promise<number | undefined>;
  /** Creates or replaces an object. */
  replace(key: string, bytes: Uint8Array): Promise<void>;
  /** The object or a part of it, and its creation time; undefined if it does not exist. */
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
