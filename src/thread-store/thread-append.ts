// One atomic change of a thread in a store.
import type { ThreadManifest } from "./thread-manifest.js";

/** Bytes to append to a file. */
export interface FileWrite {
  /** A file name without a directory: letters, digits, `.`, `_` and `-`. */
  file: string;
  /** The offset of the first byte; the size of the file in the store. */
  at: number;
  bytes: Uint8Array;
  /** SHA-256 of the file including these bytes, in lower-case hexadecimal. */
  sha256: string;
}

export interface ThreadAppend {
  /** The thread's version after this append: one higher than before. */
  version: number;
  writes?: readonly FileWrite[] | undefined;
  /** Replaces the manifest. @defaultValue the manifest stays */
  manifest?: ThreadManifest | undefined;
  /** Marks to set, by key. Others stay. */
  marks?: Readonly<Record<string, MarkValue>> | undefined;
}

/** A value that JSON can represent. */
export type MarkValue = null | boolean | number | string | MarkValue[] | { [key: string]: MarkValue };
