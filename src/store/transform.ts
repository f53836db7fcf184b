// Encrypts or compresses what an adapter keeps.

/** Which bytes a transform is given. An authenticated cipher should bind its output to this. */
export interface TransformContext {
  threadId: string;
  /** The file that the bytes are part of; null for the manifest, marks and sizes. */
  file: string | null;
  /** The offset of the first byte in the file. */
  at: number;
}

/**
 * Changes bytes on their way into the store and back. Offsets stay those of the plain bytes, so the encoded form may have
 * any length. `decode` must throw when the bytes are not what `encode` returned for the same context.
 */
export interface Transform {
  encode(bytes: Uint8Array, context: TransformContext): Uint8Array | Promise<Uint8Array>;
  decode(bytes: Uint8Array, context: TransformContext): Uint8Array | Promise<Uint8Array>;
}

/** Keeps bytes as they are. */
export const plain: Transform = { encode: (bytes) => bytes, decode: (bytes) => bytes };
