// The store in a bucket: the conformance suite with a stand-in, the store's handling of faults, and a real bucket if
// the environment names one (CODEX_SDK_TEST_BUCKET, with the usual AWS variables).
import { randomUUID } from "node:crypto";
import { S3Client } from "@aws-sdk/client-s3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { s3Store } from "../../src/store/s3/index.js";
import { testThreadStore } from "../../src/store/testing/index.js";
import { startS3 } from "../support/stores/s3-server.js";
import type { S3Server } from "../support/stores/s3-server.js";

let server: S3Server;

beforeAll(async () => {
  server = await startS3();
});
afterAll(() => server.close());

const open = (prefix = "shared/") => s3Store({ client: server.client, bucket: server.bucket, prefix });
const cases = (make: () => ReturnType<typeof open>) =>
  testThreadStore(make).map(({ name, run }) => [name, run] as const);

test.concurrent.for(cases(() => open()))("%s", async ([, run]) => {
  await expect(run()).resolves.toBeUndefined();
});

describe("faults", () => {
  test("a server that ignores conditions is rejected", async () => {
    server.faults.ignoresConditions = true;
    await expect(open("ignoring/").check()).rejects.toMatchObject({ code: "store", isRetryable: false });
    server.faults.ignoresConditions = false;
    await expect(open("ignoring/").check()).resolves.toBeUndefined();
  });

  test("a write whose answer was lost is applied once", async () => {
    const store = open("lost/");
    const threadId = randomUUID();
    server.faults.lostAnswers = 1;
    const { claim } = await store.claim(threadId, { owner: "owner", ttlMs: 10_000 });
    for (let version = 1; version <= 3; version++) {
      server.faults.lostAnswers = 1;
      await store.append(claim, { version, marks: { version } });
    }
    expect(await open("lost/").head(threadId)).toMatchObject({ version: 3, epoch: claim.epoch });
    expect(await open("lost/").mark(threadId, "version")).toBe(3);
  });

  test("a write that conflicts with another one is repeated", async () => {
    const store = open("conflicts/");
    server.faults.conflicts = 2;
    const { claim } = await store.claim(randomUUID(), { owner: "owner", ttlMs: 10_000 });
    expect(claim.epoch).toBe(1);
  });
});

const realBucket = process.env["CODEX_SDK_TEST_BUCKET"];

describe.skipIf(realBucket === undefined)("a real bucket (needs CODEX_SDK_TEST_BUCKET)", () => {
  const prefix = `codex-sdk-test/${randomUUID()}/`;
  const client = new S3Client({});
  test.for(cases(() => s3Store({ client, bucket: realBucket ?? "", prefix })))("%s", async ([, run]) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
