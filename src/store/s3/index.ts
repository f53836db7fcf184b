// codex-sdk/store/s3: conversations in an S3 bucket. Uses the caller's S3Client of `@aws-sdk/client-s3`.
import type { S3Client } from "@aws-sdk/client-s3";
import { InvalidInputError } from "../../index.js";
import type { ThreadStore } from "../../index.js";
import { LogStore } from "../log/log-store.js";
import type { Transform } from "../transform.js";
import { S3Objects } from "./s3-objects.js";

export interface S3StoreOptions {
  client: S3Client;
  bucket: string;
  /** The prefix of the store's keys. @defaultValue "" */
  prefix?: string | undefined;
  /** How long a claim lasts after its last renewal, in milliseconds. @defaultValue 30,000 */
  leaseMs?: number | undefined;
  /** Encrypts or compresses stored bytes. All processes must pass the same transform. @defaultValue none */
  transform?: Transform | undefined;
}

/**
 * A store in a bucket. The server must support conditional writes, as Amazon S3 does.
 * @throws InvalidInputError for an invalid option. The bucket is checked by the first turn.
 */
export function s3Store({ client, bucket, prefix = "", leaseMs, transform }: S3StoreOptions): ThreadStore {
  if (typeof client?.send !== "function") throw new InvalidInputError("`client` must be an S3Client.");
  if (typeof bucket !== "string" || bucket === "")
    throw new InvalidInputError("`bucket` must be the name of a bucket.");
  if (typeof prefix !== "string") throw new InvalidInputError("`prefix` must be a string.");
  const own = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
  return new LogStore(new S3Objects({ client, bucket, prefix: own }), { leaseMs, transform });
}
