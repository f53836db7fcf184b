// The interface for encrypting or compressing stored bytes.

/** Identifies the bytes. An authenticated cipher should authenticate this context as well. */
export interface TransformContext {
  threadId: string;
  /** The file of the bytes; null for the manifest, marks and sizes. */
  file: string | null;
  /** The offset of the first byte in the file. */
  at: number;
}

/**
 * Encodes bytes before they are stored, and decodes them when they are read. Offsets refer to the plain bytes, so the
 * encoded form may have any length. `decode` must throw if `encode` did not return the bytes for the same context.
 */
export interface Transform {
  encode(bytes: Uint8Array, context: TransformContext): Uint8Array | Promise<Uint8Array>;
  decode(bytes: Uint8Array, context: TransformContext): Uint8Array | Promise<Uint8Array>;
}

/** Does not change the bytes. */
export const plain: Transform = { encode: (bytes) => bytes, decode: (bytes) => bytes };
