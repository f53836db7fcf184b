// The format of an entry in a thread's log: a line of JSON, the content, and bytes of files.
import { StoreError } from "../../index.js";
import type { MarkValue, ThreadAppend, ThreadManifest } from "../../index.js";
import type { Transform } from "../transform.js";

export type EntryKind = "claim" | "renew" | "append" | "release" | "delete" | "restore" | "fence" | "seal";

/** The header, which is readable without the transform. */
export interface EntryHeader {
  /** 1 for entries without `tail` and `tailEnd`, written by earlier versions. */
  format: 1 | 2;
  kind: EntryKind;
  epoch: number;
  owner: string;
  ttlMs: number;
  /** The version of an append; 0 for other entries. */
  version: number;
  /** The stored length of `content`. */
  contentLength: number;
  /** The stored lengths of the writes. */
  lengths: number[];
  /** Opens a tail: part of the key of the object that the writer of this entry extends. */
  tail?: string;
  /** Closes the current tail: its length in bytes. What follows does not count. */
  tailEnd?: number;
}

/** The content of an append without bytes. */
export interface AppendContent {
  /** The digest of the append, to detect a repetition. */
  digest: string;
  writes: { file: string; at: number; length: number; sha256: string }[];
  manifest?: ThreadManifest | undefined;
  marks?: Record<string, MarkValue> | undefined;
}

/** The location of a part of a file. */
export interface Chunk {
  at: number;
  length: number;
  key: string;
  /** Its offset and stored length in the object. */
  offset: number;
  storedLength: number;
}

export interface Entry extends EntryHeader {
  content: AppendContent | undefined;
  /** One for each write, in order. */
  chunks: Chunk[];
}

type EntryStart = Pick<EntryHeader, "kind" | "epoch" | "owner" | "ttlMs">;

/** An entry before its position in the log is known. */
export interface EntryDraft {
  header: EntryHeader;
  body: Uint8Array;
}

export function toBytes({ header, body }: EntryDraft, tails: Pick<EntryHeader, "tail" | "tailEnd"> = {}): Uint8Array {
  return Buffer.concat([Buffer.from(`${JSON.stringify({ ...header, ...tails })}\n`), body]);
}

/** Creates an entry without bytes. */
export function toDraft(start: EntryStart): EntryDraft {
  return { header: { format: 2, ...start, version: 0, contentLength: 0, lengths: [] }, body: new Uint8Array() };
}

export async function encodeAppend(
  start: EntryStart,
  append: ThreadAppend,
  { threadId, transform, digest }: { threadId: string; transform: Transform; digest: string },
): Promise<EntryDraft> {
  const { version, writes = [], manifest, marks } = append;
  const own: AppendContent = {
    digest,
    writes: writes.map(({ file, at, bytes, sha256 }) => ({ file, at, length: bytes.length, sha256 })),
    ...(manifest && { manifest }),
    ...(marks && { marks: { ...marks } }),
  };
  const content = await transform.encode(Buffer.from(JSON.stringify(own)), { threadId, file: null, at: version });
  const parts = await Promise.all(
    writes.map(async ({ file, at, bytes }) => transform.encode(bytes, { threadId, file, at })),
  );
  const header: EntryHeader = {
    format: 2,
    ...start,
    version,
    contentLength: content.length,
    lengths: parts.map(({ length }) => length),
  };
  return { header, body: Buffer.concat([content, ...parts]) };
}

/** The number of bytes that are read to decode an entry. */
export const entryHeadLength = 64 * 1024;

/**
 * Decodes an entry from its first bytes. `readMore` reads the entry up to an offset if it is longer.
 * @returns undefined if the content was erased.
 */
export async function decodeEntry(
  { key, threadId, transform }: { key: string; threadId: string; transform: Transform },
  head: Uint8Array,
  readMore: (end: number) => Promise<Uint8Array>,
): Promise<Entry | undefined> {
  if (head.length === 0) return undefined;
  let bytes = head;
  let lineEnd = bytes.indexOf(newline);
  if (lineEnd === -1) {
    bytes = await readMore(1024 * 1024);
    lineEnd = bytes.indexOf(newline);
  }
  if (lineEnd === -1) throw damagedError(key);
  const header = parse(bytes.subarray(0, lineEnd), key) as EntryHeader;
  if (header.format !== 1 && header.format !== 2) {
    throw new StoreError(`${key} has a format of a newer version of this SDK. Update the SDK.`, { isRetryable: false });
  }
  const { tail, tailEnd = 0 } = header;
  if (!isTailId(tail) || !Number.isSafeInteger(tailEnd) || tailEnd < 0) throw damagedError(key);
  const contentStart = lineEnd + 1;
  const contentEnd = contentStart + header.contentLength;
  if (header.contentLength === 0) return { ...header, content: undefined, chunks: [] };
  if (bytes.length < contentEnd) bytes = await readMore(contentEnd);
  const stored = bytes.subarray(contentStart, contentEnd);
  if (stored.length < header.contentLength) throw damagedError(key);
  const content = parse(await decoded(transform, stored, { threadId, at: header.version, key }), key) as AppendContent;
  let offset = contentEnd;
  const chunks = content.writes.map(({ at, length }, index) => {
    const storedLength = header.lengths[index] ?? 0;
    const chunk = { at, length, key, offset, storedLength };
    offset += storedLength;
    return chunk;
  });
  return { ...header, content, chunks };
}

async function decoded(
  transform: Transform,
  bytes: Uint8Array,
  { threadId, at, key }: { threadId: string; at: number; key: string },
): Promise<Uint8Array> {
  try {
    return await transform.decode(bytes, { threadId, file: null, at });
  } catch (error) {
    throw new StoreError(`The transform could not decode ${key}. Pass the transform that it was written with.`, {
      isRetryable: false,
      cause: error,
    });
  }
}

const newline = 0x0a;

/** It becomes part of a key. */
function isTailId(tail: unknown): boolean {
  return tail === undefined || (typeof tail === "string" && /^[0-9a-f-]{36}$/.test(tail));
}

/** Written by `encodeEntry` or `encodeAppend`. */
function parse(bytes: Uint8Array, key: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8"));
  } catch (error) {
    throw new StoreError(`${key} cannot be read: this SDK did not write it.`, { isRetryable: false, cause: error });
  }
}

function damagedError(key: string): StoreError {
  return new StoreError(`${key} is incomplete.`, { isRetryable: false });
}
