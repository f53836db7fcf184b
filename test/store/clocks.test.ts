// Leases do not depend on the clocks of their holders: claims by three processes whose clocks differ by minutes.
// `file-store.test.ts` runs the whole suite in this way.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ThreadStore } from "../../src/index.js";
import { testThreadStore } from "../../src/store/testing/index.js";
import { startPostgres } from "../support/stores/postgres.js";
import { startS3 } from "../support/stores/s3-server.js";
import { storeProcesses } from "../support/stores/store-processes.js";

const backends = {
  postgres: async () => {
    const { url, schema, stop } = await startPostgres();
    return { open: await storeProcesses({ kind: "postgres", place: url, schema }), stop };
  },
  s3: async () => {
    const { url, bucket, close } = await startS3();
    return { open: await storeProcesses({ kind: "s3", place: url, bucket }), stop: close };
  },
};

describe.each(["postgres", "s3"] as const)("%s", (kind) => {
  let backend: { open: () => ThreadStore; stop: () => Promise<void> };
  beforeAll(async () => {
    backend = await backends[kind]();
  });
  afterAll(() => backend.stop());

  const cases = testThreadStore(() => backend.open())
    .filter(({ name }) => /lease|busy|expired|many claim/.test(name))
    .map(({ name, run }) => [name, run] as const);

  test.concurrent.for(cases)("%s", async ([, run]) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
