// Encodes and decodes the columns with the transform.
import { StoreError } from "../../index.js";
import type { FileWrite, MarkValue, ThreadManifest } from "../../index.js";
import type { Transform, TransformContext } from "../transform.js";

export interface StoredChunk {
  file: string;
  at: number;
  length: number;
  stored: Uint8Array;
}

export class Codec {
  readonly #transform: Transform;

  constructor(transform: Transform) {
    this.#transform = transform;
  }

  async chunk(threadId: string, { file, at, bytes }: FileWrite): Promise<Uint8Array> {
    return this.#transform.encode(bytes, { threadId, file, at });
  }

  async plainChunk(threadId: string, { file, at, length, stored }: StoredChunk): Promise<Uint8Array> {
    const bytes = await this.#decode(stored, { threadId, file, at });
    if (bytes.length === length) return bytes;
    throw new StoreError(`The transform returned ${bytes.length} bytes instead of ${length} for ${file} at ${at}.`, {
      isRetryable: false,
    });
  }

  async manifest(threadId: string, manifest: ThreadManifest): Promise<Uint8Array> {
    return this.#encodeJson(threadId, manifest);
  }

  async plainManifest(threadId: string, stored: unknown): Promise<ThreadManifest> {
    // Written by `manifest`.
    return (await this.#decodeJson(threadId, stored)) as ThreadManifest;
  }

  /** The key is encoded with its value, so that a value that was moved to another key is rejected. */
  async mark(threadId: string, key: string, value: MarkValue): Promise<Uint8Array> {
    return this.#encodeJson(threadId, [key, value]);
  }

  async plainMark(threadId: string, key: string, stored: unknown): Promise<MarkValue> {
    const [writtenKey, value] = (await this.#decodeJson(threadId, stored)) as [string, MarkValue];
    if (writtenKey === key) return value;
    throw new StoreError(`The mark ${JSON.stringify(key)} of thread ${threadId} holds that of another key.`, {
      isRetryable: false,
    });
  }

  async #encodeJson(threadId: string, value: unknown): Promise<Uint8Array> {
    return this.#transform.encode(Buffer.from(JSON.stringify(value)), { threadId, file: null, at: 0 });
  }

  async #decodeJson(threadId: string, stored: unknown): Promise<unknown> {
    if (!(stored instanceof Uint8Array)) {
      throw new StoreError(`Thread ${threadId} cannot be read: the columns are not those of this SDK.`, {
        isRetryable: false,
      });
    }
    const bytes = await this.#decode(stored, { threadId, file: null, at: 0 });
    try {
      return JSON.parse(Buffer.from(bytes).toString("utf8"));
    } catch (error) {
      throw new StoreError(`Thread ${threadId} cannot be read: its manifest or mark is damaged.`, {
        isRetryable: false,
        cause: error,
      });
    }
  }

  async #decode(stored: Uint8Array, context: TransformContext): Promise<Uint8Array> {
    try {
      return await this.#transform.decode(stored, context);
    } catch (error) {
      throw new StoreError(
        `The transform could not decode bytes of thread ${context.threadId}. Pass the transform that they were written with.`,
        { isRetryable: false, cause: error },
      );
    }
  }
}
