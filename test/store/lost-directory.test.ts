// The directory of a store is removed or no longer mounted while processes use it: it is not taken for an empty store.
import { mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { fileStore } from "../../src/store/index.js";
import { manifest, none, write } from "../../src/store/testing/bench.js";
import { temporaryDirectory } from "../support/workspace.js";

const file = "rollout-2026-01-01T00-00-00-example.jsonl";

test.each(["removed", "replaced by an empty directory"])("a directory that is %s", async (how) => {
  const directory = path.join(temporaryDirectory(), "store");
  const [store, reader] = [fileStore(directory), fileStore(directory)];
  await Promise.all([store.check(), reader.check()]);
  const { claim } = await store.claim("thread", { owner: "owner", ttlMs: 60_000 });
  await store.append(claim, { version: 1, writes: [write(file, none, "one\n")], manifest: manifest() });
  renameSync(directory, `${directory}.elsewhere`);
  if (how !== "removed") mkdirSync(directory);

  const lost = { code: "store", isRetryable: true, message: expect.stringMatching(/no longer contains|ENOENT/) };
  const next = { version: 2, writes: [write(file, Buffer.from("one\n"), "two\n")] };
  for (const call of [
    () => store.renew(claim),
    () => store.append(claim, next),
    () => store.claim("thread", { owner: "other", ttlMs: 60_000 }),
    () => store.claim("another", { owner: "other", ttlMs: 60_000 }),
    () => reader.head("thread"),
    () => reader.list(),
    () => reader.read("thread", file),
    () => reader.mark("thread", "key"),
  ]) {
    await expect(call()).rejects.toMatchObject(lost);
    await expect(call()).rejects.toMatchObject(lost);
  }
  if (how !== "removed") expect(readdirSync(directory)).toEqual([]);

  rmSync(directory, { recursive: true, force: true });
  renameSync(`${directory}.elsewhere`, directory);
  await store.append(claim, next);
  expect(Buffer.from(await reader.read("thread", file)).toString()).toBe("one\ntwo\n");
  await store.release(claim);
});
