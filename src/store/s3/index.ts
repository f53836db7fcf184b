// codex-sdk/store/s3: conversations in an S3 bucket. Uses the caller's S3Client of `@aws-sdk/client-s3`.
import type { S3Client } from "@aws-sdk/client-s3";
import { InvalidInputError } from "../../index.js";
import type { ThreadStore } from "../../index.js";
import { LogStore } from "../log/log-store.js";
import type { Transform } from "../transform.js";
import { S3Space } from "./s3-space.js";

export interface S3StoreOptions {
  client: S3Client;
  bucket: string;
  /** What the keys of the store begin with. @defaultValue "" */
  prefix?: string | undefined;
  /** How long a claim lasts after its last sign of life, in milliseconds. @defaultValue 30,000 */
  leaseMs?: number | undefined;
  /** Encrypts or compresses what is written. All processes must pass the same one. @defaultValue none */
  transform?: Transform | undefined;
}

/**
 * A store in a bucket whose server supports conditional writes, as Amazon S3 does.
 * @throws InvalidInputError for an invalid option. Whether the bucket can be used is checked with the first turn.
 */
export function s3Store({ client, bucket, prefix = "", leaseMs, transform }: S3StoreOptions): ThreadStore {
  if (typeof client?.send !== "function") throw new InvalidInputError("`client` must be an S3Client.");
  if (typeof bucket !== "string" || bucket === "")
    throw new InvalidInputError("`bucket` must be the name of a bucket.");
  if (typeof prefix !== "string") throw new InvalidInputError("`prefix` must be a string.");
  const own = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  return new LogStore(new S3Space({ client, bucket, prefix: own }), { leaseMs, transform });
}
