// A directory whose files were truncated, removed, replaced or written by another user: a StoreError that names the
// file.
import { randomBytes, createCipheriv, createDecipheriv } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { fileStore } from "../../src/store/index.js";
import type { Transform } from "../../src/store/index.js";
import { FileObjects } from "../../src/store/file/file-objects.js";
import { LogStore } from "../../src/store/log/log-store.js";
import { manifest, sha256, write } from "../../src/store/testing/bench.js";
import { temporaryDirectory } from "../support/workspace.js";

const file = "rollout-1.jsonl";
const threadId = "thread";

/** A thread with `appends` appends of a line. @returns the files of its log, in order. */
async function written(directory: string, appends: number): Promise<string[]> {
  const store = fileStore(directory);
  const { claim } = await store.claim(threadId, { owner: "owner", ttlMs: 1_000 });
  let bytes = Buffer.alloc(0);
  for (let version = 1; version <= appends; version++) {
    await store.append(claim, { version, writes: [write(file, bytes, `line ${version}\n`)] });
    bytes = Buffer.concat([bytes, Buffer.from(`line ${version}\n`)]);
  }
  await store.release(claim);
  const log = path.join(directory, "threads", threadId, "log");
  return readdirSync(log)
    .toSorted()
    .map((name) => path.join(log, name));
}

const damages: Record<string, (entries: string[]) => void> = {
  "an entry that was cut off": ([, entry = ""]) => truncateSync(entry, readFileSync(entry).length - 3),
  "an entry without its end of line": ([, entry = ""]) => truncateSync(entry, 20),
  "an entry of a newer version": ([, entry = ""]) =>
    writeFileSync(entry, readFileSync(entry, "utf8").replace('"format":2', '"format":3')),
  "an entry of somebody else": ([, entry = ""]) => writeFileSync(entry, "hello\n"),
  "an entry that is missing": ([, entry = ""]) => rmSync(entry),
};

test.each(Object.entries(damages))("%s", async (_, damage) => {
  const directory = temporaryDirectory();
  damage(await written(directory, 3));
  const error = await fileStore(directory)
    .read(threadId, file)
    .catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "store", isRetryable: false });
});

test("a checkpoint of another owner", async () => {
  const directory = temporaryDirectory();
  await written(directory, 70);
  const checkpoints = path.join(directory, "threads", threadId, "checkpoints");
  await expect.poll(() => readdirSync(checkpoints).length).toBeGreaterThan(0);
  for (const name of readdirSync(checkpoints)) writeFileSync(path.join(checkpoints, name), '{"position":"x"}');
  await expect(fileStore(directory).head(threadId)).rejects.toMatchObject({ code: "store", isRetryable: false });
});

test("a checkpoint that refers to files outside of its thread", async () => {
  const directory = temporaryDirectory();
  await written(directory, 70);
  const checkpoints = path.join(directory, "threads", threadId, "checkpoints");
  await expect.poll(() => readdirSync(checkpoints).length).toBeGreaterThan(0);
  for (const name of readdirSync(checkpoints)) {
    const checkpoint = path.join(checkpoints, name);
    const text = readFileSync(checkpoint, "utf8").replace(/"key":"[^"]+"/, '"key":"../../../../etc/passwd"');
    writeFileSync(checkpoint, text);
  }
  await expect(fileStore(directory).head(threadId)).rejects.toMatchObject({ code: "store", isRetryable: false });
});

const planted: Record<string, (file: string) => void> = {
  "a symbolic link": (entry) => symlinkSync("/etc/passwd", entry),
  "a folder": (entry) => mkdirSync(entry),
  "a named pipe": (entry) => execFileSync("mkfifo", [entry]),
  "an empty file": (entry) => writeFileSync(entry, ""),
};

const plantings = Object.entries(planted).flatMap(([name, plant]) => [
  { name, after: "an entry", plant },
  { name, after: "a tail", plant },
]);

test.each(plantings)("$name in the place of the next entry after $after", async ({ after, plant }) => {
  const directory = temporaryDirectory();
  const store = fileStore(directory);
  // Tails are used where the file system permits it, which the check finds out.
  if (after === "a tail") await store.check();
  const options = { owner: "owner", ttlMs: 60_000 };
  const { claim } = await store.claim(threadId, options);
  const other = await store.claim("other", options);
  for (const each of [claim, other.claim]) await store.append(each, { version: 1, manifest: manifest() });
  const log = path.join(directory, "threads", threadId, "log");
  const next = readdirSync(log).length + 1;
  expect(next).toBe(after === "a tail" ? 2 : 3);
  plant(path.join(log, String(next).padStart(12, "0")));
  mkdirSync(path.join(directory, "threads", "not an ID"));
  const refused = { code: "store", isRetryable: false };
  await expect(store.renew(claim)).rejects.toMatchObject(refused);
  await expect(store.append(claim, { version: 2 })).rejects.toMatchObject(refused);
  const { threads } = await fileStore(directory).list();
  expect(threads.map((each) => each.threadId)).toContain("other");
});

test("an entry that a list does not have yet, as on a network file system", async () => {
  const directory = temporaryDirectory();
  const store = fileStore(directory);
  const first = await store.claim(threadId, { owner: "first", ttlMs: 60_000 });
  await store.release(first.claim);
  const space = new FileObjects(directory);
  const late = await space.list(`threads/${threadId}/log/`);
  space.list = (prefix, after) =>
    Promise.resolve(prefix.includes("/log/") ? late.filter(({ key }) => key > (after ?? "")) : []);
  const behind = new LogStore(space);
  await store.claim(threadId, { owner: "second", ttlMs: 60_000 });
  await expect(behind.claim(threadId, { owner: "third", ttlMs: 60_000 })).rejects.toMatchObject({
    code: "thread_busy",
  });
});

function cipher(key: Buffer): Transform {
  return {
    encode: (bytes, { threadId: id, file: name, at }) => {
      const iv = randomBytes(12);
      const one = createCipheriv("aes-256-gcm", key, iv).setAAD(Buffer.from(JSON.stringify([id, name, at])));
      return Buffer.concat([iv, one.update(bytes), one.final(), one.getAuthTag()]);
    },
    decode: (stored, { threadId: id, file: name, at }) => {
      const bytes = Buffer.from(stored);
      const one = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12));
      one.setAAD(Buffer.from(JSON.stringify([id, name, at]))).setAuthTag(bytes.subarray(-16));
      return Buffer.concat([one.update(bytes.subarray(12, -16)), one.final()]);
    },
  };
}

test("another key causes a StoreError, and does not damage the thread", async () => {
  const directory = temporaryDirectory();
  const [key, other] = [randomBytes(32), randomBytes(32)];
  const right = () => fileStore(directory, { transform: cipher(key) });
  const { claim } = await right().claim(threadId, { owner: "owner", ttlMs: 10_000 });
  await right().append(claim, { version: 1, writes: [write(file, Buffer.alloc(0), "secret\n")], marks: { mark: 1 } });
  const wrong = fileStore(directory, { transform: cipher(other) });
  const refused = { code: "store", isRetryable: false };
  await expect(wrong.head(threadId)).rejects.toMatchObject(refused);
  await expect(wrong.list()).rejects.toMatchObject(refused);
  await expect(wrong.read(threadId, file)).rejects.toMatchObject(refused);
  await expect(wrong.append(claim, { version: 2 })).rejects.toMatchObject(refused);
  expect(sha256(await right().read(threadId, file))).toBe(sha256(Buffer.from("secret\n")));
  expect(await right().mark(threadId, "mark")).toBe(1);
});
