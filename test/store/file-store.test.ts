// The store in a directory: the conformance suite, in which each adapter runs in another process with another clock.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ThreadStore } from "../../src/index.js";
import { testThreadStore } from "../../src/store/testing/index.js";
import { storeProcesses } from "../support/stores/store-processes.js";

const directory = mkdtempSync(path.join(os.tmpdir(), "codex-sdk-store-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

let open: () => ThreadStore;

beforeAll(async () => {
  open = await storeProcesses({ kind: "file", place: directory });
});

test.concurrent.for(testThreadStore(() => open()).map(({ name, run }) => [name, run] as const))(
  "%s",
  async ([, run]) => {
    await expect(run()).resolves.toBeUndefined();
  },
);
