// The store in a directory: the conformance suite, several processes, and what the directory must not allow.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { fileStore } from "../../src/store/index.js";
import { testThreadStore } from "../../src/store/testing/index.js";

const directory = mkdtempSync(path.join(os.tmpdir(), "codex-sdk-store-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.concurrent.for(testThreadStore(() => fileStore(directory)).map(({ name, run }) => [name, run] as const))(
  "%s",
  async ([, run]) => {
    await expect(run()).resolves.toBeUndefined();
  },
);
