// A directory that this process may not write or not enter.
import { chmodSync, mkdirSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { fileStore } from "../../src/store/index.js";
import { file, none, write } from "../../src/store/testing/bench.js";
import { temporaryDirectory } from "../support/workspace.js";

const nobody = 65_534;
const refused = {
  code: "store",
  isRetryable: false,
  message: expect.stringMatching(
    /thread store in .* failed: E(?:ACCES|PERM): .*Give this process the right to read and write/,
  ),
};

/** Permissions do not apply to root. */
function asOtherUser(): void {
  if (process.getuid?.() !== 0) return;
  process.seteuid?.(nobody);
  onTestFinished(() => process.seteuid?.(0));
}

/** A directory of the user that `asOtherUser` changes to. */
function ownDirectory(): string {
  const directory = temporaryDirectory();
  chmodSync(directory, 0o777);
  return directory;
}

test.runIf(process.getuid).each([
  ["may not be written", 0o555],
  ["may not be entered", 0o600],
  ["has no permission", 0],
])("a directory that %s", async (_, mode) => {
  const parent = ownDirectory();
  asOtherUser();
  const directory = path.join(parent, "store");
  mkdirSync(directory, { mode });
  onTestFinished(() => chmodSync(directory, 0o777));
  await expect(fileStore(directory).check()).rejects.toMatchObject(refused);
  await expect(fileStore(path.join(directory, "below")).check()).rejects.toMatchObject(refused);
  await expect(fileStore(directory).claim("thread", { owner: "owner", ttlMs: 60_000 })).rejects.toMatchObject(refused);
});

test.runIf(process.getuid)("the permission is removed while the store is used", async () => {
  const directory = ownDirectory();
  asOtherUser();
  const store = fileStore(path.join(directory, "store"));
  await store.check();
  const { claim } = await store.claim("thread", { owner: "owner", ttlMs: 60_000 });
  const append = { version: 1, writes: [write(file, none, "one\n")] };
  chmodSync(path.join(directory, "store"), 0);
  onTestFinished(() => chmodSync(path.join(directory, "store"), 0o777));
  for (const call of [
    () => store.renew(claim),
    () => store.append(claim, append),
    () => store.head("thread"),
    () => store.list(),
    () => store.claim("other", { owner: "owner", ttlMs: 60_000 }),
  ]) {
    await expect(call()).rejects.toMatchObject(refused);
  }
  chmodSync(path.join(directory, "store"), 0o700);
  await store.append(claim, append);
  expect(Buffer.from(await store.read("thread", file)).toString()).toBe("one\n");
});
