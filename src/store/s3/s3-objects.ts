// Stores objects in a bucket. Objects are created with a conditional write: `If-None-Match: *`.
import { randomUUID } from "node:crypto";
import { DeleteObjectsCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand } from "@aws-sdk/client-s3";
import type { ListObjectsV2CommandOutput, S3Client } from "@aws-sdk/client-s3";
import { StoreError } from "../../index.js";
import type { ListedObject, ObjectStorage } from "../log/object-storage.js";

export interface S3Location {
  client: S3Client;
  bucket: string;
  /** Empty, or ends with `/`. */
  prefix: string;
}

/** S3's limit for one delete request. */
const deleteBatchSize = 1_000;
/** The number of attempts after a conflict with another write of the same key, which S3's documentation requires. */
const conflictAttempts = 5;

export class S3Objects implements ObjectStorage {
  readonly name: string;
  /** S3 reports whole seconds, and its servers' clocks may differ slightly. */
  readonly clockPrecisionMs = 2_000;
  readonly #location: S3Location;

  constructor(location: S3Location) {
    this.#location = location;
    this.name = `s3://${location.bucket}/${location.prefix}`;
  }

  async create(key: string, bytes: Uint8Array): Promise<number | undefined> {
    return this.#guarded(async () => {
      for (let attempt = 1; ; attempt++) {
        try {
          return await this.#put(key, bytes, { IfNoneMatch: "*" });
        } catch (error) {
          const status = statusOf(error);
          if (status === 412) return undefined;
          if (status !== 409 || attempt === conflictAttempts) throw error;
        }
      }
    });
  }

  async replace(key: string, bytes: Uint8Array): Promise<void> {
    await this.#guarded(() => this.#put(key, bytes, {}));
  }

  async get(
    key: string,
    range?: { start: number; end: number },
  ): Promise<{ bytes: Uint8Array; createdAt: number } | undefined> {
    return this.#guarded(async () => {
      try {
        const { Body, LastModified } = await this.#location.client.send(
          new GetObjectCommand({
            Bucket: this.#location.bucket,
            Key: this.#location.prefix + key,
            ...(range && { Range: `bytes=${range.start}-${range.end - 1}` }),
          }),
        );
        const bytes = Body ? await Body.transformToByteArray() : new Uint8Array();
        // A server that ignores `Range` returns the complete object.
        const wanted = range && bytes.length > range.end - range.start ? bytes.subarray(range.start, range.end) : bytes;
        return { bytes: wanted, createdAt: LastModified?.getTime() ?? 0 };
      } catch (error) {
        const status = statusOf(error);
        if (status === 404) return undefined;
        // A range of an empty object is an error.
        if (status === 416) return { bytes: new Uint8Array(), createdAt: 0 };
        throw error;
      }
    });
  }

  async list(prefix: string, after?: string): Promise<ListedObject[]> {
    const objects: ListedObject[] = [];
    for await (const { Contents = [] } of this.#pages(prefix, { after })) {
      for (const { Key, LastModified } of Contents) {
        if (Key === undefined) continue;
        objects.push({ key: Key.slice(this.#location.prefix.length), createdAt: LastModified?.getTime() ?? 0 });
      }
    }
    return objects;
  }

  async folders(prefix: string): Promise<string[]> {
    const names: string[] = [];
    for await (const { CommonPrefixes = [] } of this.#pages(prefix, { delimiter: "/" })) {
      for (const { Prefix = "" } of CommonPrefixes) {
        names.push(Prefix.slice(this.#location.prefix.length + prefix.length, -1));
      }
    }
    return names;
  }

  async remove(keys: readonly string[]): Promise<void> {
    await this.#guarded(async () => {
      for (let start = 0; start < keys.length; start += deleteBatchSize) {
        const some = keys.slice(start, start + deleteBatchSize);
        const Objects = some.map((key) => ({ Key: this.#location.prefix + key }));
        const command = new DeleteObjectsCommand({ Bucket: this.#location.bucket, Delete: { Objects, Quiet: true } });
        const { Errors = [] } = await this.#location.client.send(command);
        const [first] = Errors;
        if (first) throw new Error(`${first.Key ?? "an object"} could not be removed: ${first.Message ?? first.Code}`);
      }
    });
  }

  /** S3's current time, from a newly written object. */
  async now(): Promise<number> {
    return this.#guarded(() => this.#put("clock", new Uint8Array(), {}));
  }

  /** Some S3-compatible servers ignore conditions, so that every writer would succeed. */
  async check(): Promise<void> {
    const key = `probe/${randomUUID()}`;
    const results = await Promise.all(["one", "two", "three"].map((text) => this.create(key, Buffer.from(text))));
    const again = await this.create(key, Buffer.from("four"));
    const listed = await this.list("probe/", key.slice(0, -1));
    await this.remove([key]);
    const winners = results.filter((createdAt) => createdAt !== undefined);
    if (winners.length !== 1 || again !== undefined) {
      throw new StoreError(
        `${this.name} cannot hold a thread store: it ignores "If-None-Match: *", so several writers succeed at once. Use Amazon S3, or a server that supports conditional writes.`,
        { isRetryable: false },
      );
    }
    if (listed.some((object) => object.key === key)) return;
    throw new StoreError(
      `${this.name} cannot hold a thread store: a list does not show an object that was just written. Use a server with strongly consistent lists.`,
      { isRetryable: false },
    );
  }

  async #put(key: string, bytes: Uint8Array, condition: { IfNoneMatch?: string }): Promise<number> {
    const command = new PutObjectCommand({
      Bucket: this.#location.bucket,
      Key: this.#location.prefix + key,
      Body: bytes,
      ...condition,
    });
    let date: string | undefined;
    command.middlewareStack.add(
      (next) => async (args) => {
        const result = await next(args);
        date = dateHeader(result.response);
        return result;
      },
      { step: "deserialize", name: "codexSdkServerDate", priority: "high" },
    );
    await this.#location.client.send(command);
    const time = Date.parse(date ?? "");
    if (Number.isNaN(time)) throw new Error("The server did not send its time in the header `Date`.");
    return time;
  }

  async *#pages(
    prefix: string,
    { after, delimiter }: { after?: string | undefined; delimiter?: string },
  ): AsyncGenerator<ListObjectsV2CommandOutput, void, undefined> {
    let token: string | undefined;
    do {
      const command = new ListObjectsV2Command({
        Bucket: this.#location.bucket,
        Prefix: this.#location.prefix + prefix,
        ...(after !== undefined && { StartAfter: this.#location.prefix + after }),
        ...(delimiter !== undefined && { Delimiter: delimiter }),
        ...(token !== undefined && { ContinuationToken: token }),
      });
      const page = await this.#guarded(() => this.#location.client.send(command));
      yield page;
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
    } while (token !== undefined);
  }

  async #guarded<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StoreError) throw error;
      const reason = error instanceof Error ? error.message || error.name : String(error);
      const status = statusOf(error);
      throw new StoreError(`The thread store in ${this.name} failed: ${reason}`, {
        cause: error,
        isRetryable: status === undefined || status >= 500 || status === 409 || status === 429 || status === 408,
      });
    }
  }
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("$metadata" in error)) return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== "object" || metadata === null || !("httpStatusCode" in metadata)) return undefined;
  return typeof metadata.httpStatusCode === "number" ? metadata.httpStatusCode : undefined;
}

function dateHeader(response: unknown): string | undefined {
  if (typeof response !== "object" || response === null || !("headers" in response)) return undefined;
  const { headers } = response;
  if (typeof headers !== "object" || headers === null) return undefined;
  const found = Object.entries(headers).find(([name]) => name.toLowerCase() === "date");
  return typeof found?.[1] === "string" ? found[1] : undefined;
}
