// The disk of the store, or of CODEX_HOME, is full during a turn, or becomes read-only (on a small file system of its own,
// which root can mount).
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import type { ThreadStore } from "../../../src/index.js";
import { fileStore } from "../../../src/store/index.js";
import { say } from "../../../src/testing/index.js";
import { rolloutFiles } from "../../support/rollouts.js";
import { machine, sharedDirectory } from "../../support/stores/stored-threads.js";
import { scriptedModel, temporaryDirectory } from "../../support/workspace.js";

interface Disk {
  directory: string;
  fill(): void;
  free(): void;
  allowWrites(isAllowed: boolean): void;
}

/** Undefined where this process may not mount. */
function smallDisk(megabytes: number, directory = temporaryDirectory("codex-sdk-disk-", "/var/tmp")): Disk | undefined {
  const { status } = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${megabytes}m`, "tmpfs", directory]);
  if (status !== 0) return undefined;
  onTestFinished(() => void spawnSync("umount", ["-l", directory]));
  const filler = path.join(directory, "filler");
  return {
    directory,
    fill: () => expect(() => writeFileSync(filler, Buffer.alloc(megabytes * 1024 * 1024))).toThrow("ENOSPC"),
    free: () => rmSync(filler),
    allowWrites: (isAllowed) => {
      const { status: remounted } = spawnSync("mount", ["-o", `remount,${isAllowed ? "rw" : "ro"}`, directory]);
      expect(remounted).toBe(0);
    },
  };
}

async function expectSame(store: ThreadStore, threadId: string, codexHome: string): Promise<void> {
  const head = await store.head(threadId);
  const stored = Buffer.from(await store.read(threadId, head?.manifest?.currentFile ?? ""));
  expect(stored.equals(readFileSync(rolloutFiles(codexHome)[0] ?? ""))).toBe(true);
}

/** A thread with one turn, in a store on this disk. */
async function storedThread(directory: string) {
  const model = await scriptedModel(() => say("Answered."));
  const open = () => fileStore(path.join(directory, "store"), { leaseMs: 3_000 });
  const { codex, codexHome } = machine(model, open());
  const thread = codex.startThread(model.threadOptions());
  await thread.run("one");
  return { model, codex, codexHome, thread, open };
}

test("the disk of the store is full: nothing is sent, threads can be read, and no bytes are lost", async ({ skip }) => {
  const disk = smallDisk(1);
  if (!disk) return skip("not permitted to mount a file system");
  const { model, thread, codexHome, open } = await storedThread(disk.directory);
  const reader = open();
  await reader.check();
  disk.fill();
  await expect(thread.run("two")).rejects.toMatchObject({ code: "store", isRetryable: true });
  expect(model.requests).toHaveLength(1);
  await expectSame(reader, thread.id ?? "", codexHome);
  disk.free();
  await thread.run("three");
  expect(model.requests.at(-1)?.userTexts.slice(-2)).toEqual(["one", "three"]);
  await expectSame(reader, thread.id ?? "", codexHome);
});

test("the disk of the store becomes read-only: nothing is sent, and the thread continues when it can be written", async ({
  skip,
}) => {
  const disk = smallDisk(1);
  if (!disk) return skip("not permitted to mount a file system");
  const { model, codex, thread, codexHome, open } = await storedThread(disk.directory);
  disk.allowWrites(false);
  const error = { code: "store", message: expect.stringMatching(/EROFS.*Give this process the right/) };
  await expect(thread.run("two")).rejects.toMatchObject(error);
  await expect(codex.startThread(model.threadOptions()).run("new")).rejects.toMatchObject(error);
  expect(model.requests).toHaveLength(1);
  const below = fileStore(path.join(disk.directory, "a", "new", "store"));
  await expect(below.check()).rejects.toMatchObject(error);
  disk.allowWrites(true);
  await thread.run("three");
  expect(model.requests.at(-1)?.userTexts.slice(-2)).toEqual(["one", "three"]);
  await expectSame(open(), thread.id ?? "", codexHome);
});

test("the disk of CODEX_HOME is full: a turn that Codex cannot write does not count as stored", async ({ skip }) => {
  // Only the sessions: Codex also removes other files of its home at any time, which would free space.
  const codexHome = temporaryDirectory("codex-sdk-home-", "/var/tmp");
  mkdirSync(path.join(codexHome, "sessions"));
  const disk = smallDisk(1, path.join(codexHome, "sessions"));
  if (!disk) return skip("not permitted to mount a file system");
  const model = await scriptedModel(() => say("Answered."));
  const { open } = sharedDirectory({ leaseMs: 6_000 });
  const { codex } = machine(model, open(), { codexHome });
  const thread = codex.startThread(model.threadOptions());
  await thread.run("one");
  disk.fill();
  await expect(thread.run("two")).rejects.toMatchObject({ code: "store", isRetryable: false });
  disk.free();
  // Codex writes what it could not write before.
  await thread.run("three");
  expect(model.requests.at(-1)?.userTexts.slice(-3)).toEqual(["one", "two", "three"]);
  await expectSame(open(), thread.id ?? "", codexHome);
});
