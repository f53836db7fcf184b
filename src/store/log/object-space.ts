// What a log needs of its backend: objects that appear whole, and can be created by one caller only.

export interface ListedObject {
  key: string;
  /** When it was created, in milliseconds by the backend's clock. */
  createdAt: number;
}

/** Keys are made of safe segments joined by `/`. Reads see every write that was acknowledged before they began. */
export interface ObjectSpace {
  /** What messages call the place. Without secrets. */
  readonly name: string;
  /** By how much `createdAt` and `now` may differ from the backend's exact time, in milliseconds. */
  readonly clockPrecisionMs: number;
  /**
   * Creates an object, whole or not at all. Of any number of callers one succeeds.
   * @returns when it was created, or undefined when the key exists.
   */
  create(key: string, bytes: Uint8Array, options: { isDurable: boolean }): Promise<number | undefined>;
  /** Replaces an object, whether it exists or not. */
  replace(key: string, bytes: Uint8Array): Promise<void>;
  /** The object or a part of it, and when it was created; undefined when it does not exist. */
  get(
    key: string,
    range?: { start: number; end: number },
  ): Promise<{ bytes: Uint8Array; createdAt: number } | undefined>;
  /** The objects below `prefix` whose key is greater than `after`, in the order of their keys. */
  list(prefix: string, after?: string): Promise<ListedObject[]>;
  /** The next segments below `prefix`, in order: of `a/b/c` and `a/d/e` below `a/` they are `b` and `d`. */
  folders(prefix: string): Promise<string[]>;
  /** Removes objects. Those that do not exist are ignored. */
  remove(keys: readonly string[]): Promise<void>;
  /** The backend's time in milliseconds. */
  now(): Promise<number>;
  /** @throws StoreError when the backend does not provide what this interface promises. */
  check(): Promise<void>;
}
