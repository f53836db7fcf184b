// Files that the holder of a claim extends: what a crash, another writer or an earlier version of the SDK leaves behind.
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { fileStore } from "../../src/store/index.js";
import { file, manifest, none, write } from "../../src/store/testing/bench.js";
import { temporaryDirectory } from "../support/workspace.js";

const threadId = "thread";
const options = { owner: "owner", ttlMs: 60_000 };

function folderOf(directory: string, name: string): string {
  return path.join(directory, "threads", threadId, name);
}

/** A thread with two appends in a tail, whose writer has disappeared. @returns the path of the tail. */
async function withTail(directory: string): Promise<string> {
  const store = fileStore(directory);
  await store.check();
  const { claim } = await store.claim(threadId, options);
  await store.append(claim, { version: 1, writes: [write(file, none, "one\n")], marks: { last: 1 } });
  await store.renew(claim);
  await store.append(claim, { version: 2, writes: [write(file, Buffer.from("one\n"), "two\n")], marks: { last: 2 } });
  const [name = ""] = readdirSync(folderOf(directory, "tails"));
  expect(readdirSync(folderOf(directory, "log"))).toHaveLength(1);
  return path.join(folderOf(directory, "tails"), name);
}

async function expectContent(directory: string, text: string): Promise<void> {
  const store = fileStore(directory);
  expect(Buffer.from(await store.read(threadId, file)).toString()).toBe(text);
  expect(await store.mark(threadId, "last")).toBe(text.split("\n").length - 1);
}

test("what a power failure cut off does not count, and the thread can be continued", async () => {
  const directory = temporaryDirectory();
  const tail = await withTail(directory);
  const bytes = readFileSync(tail);
  const [first, second] = [bytes.indexOf("one\n") + 4, bytes.indexOf("two\n") + 4];
  for (const length of [first, first + 1, first + 30, first + 100, second - 1]) {
    writeFileSync(tail, bytes.subarray(0, length));
    await expectContent(directory, "one\n");
  }
  writeFileSync(tail, bytes.with(second - 2, 0));
  await expectContent(directory, "one\n");
  writeFileSync(tail, Buffer.concat([bytes, Buffer.alloc(100)]));
  await expectContent(directory, "one\ntwo\n");

  writeFileSync(tail, bytes.subarray(0, second - 1));
  const next = fileStore(directory);
  await next.check();
  const { claim, head } = await next.claim(threadId, options);
  expect(head).toMatchObject({ epoch: 1, version: 1, files: { [file]: { size: 4 } } });
  // The writer of the old tail did not notice anything.
  appendFileSync(tail, bytes.subarray(second - 1));
  await next.append(claim, { version: 2, writes: [write(file, Buffer.from("one\n"), "2\n")], marks: { last: 2 } });
  await expectContent(directory, "one\n2\n");
  await next.release(claim);
});

test("a fence whose writer has disappeared is completed by a reader", async () => {
  const directory = temporaryDirectory();
  await withTail(directory);
  const fence = { format: 2, kind: "fence", epoch: 1, owner: "", ttlMs: 0, version: 0, contentLength: 0, lengths: [] };
  writeFileSync(path.join(folderOf(directory, "log"), "000000000002"), `${JSON.stringify(fence)}\n`);
  await expectContent(directory, "one\ntwo\n");
  expect(readdirSync(folderOf(directory, "log"))).toHaveLength(3);
});

test.each([
  ["removed", (tail: string) => rmSync(tail)],
  ["replaced by a link", (tail: string) => (rmSync(tail), symlinkSync("/etc/passwd", tail))],
  ["replaced by a folder", (tail: string) => (rmSync(tail), mkdirSync(tail))],
  ["shorter than its closing entry states", (tail: string) => writeFileSync(tail, readFileSync(tail).subarray(0, -9))],
])("a closed tail that is %s", async (_, damage) => {
  const directory = temporaryDirectory();
  const tail = await withTail(directory);
  const store = fileStore(directory);
  await store.release((await store.claim(threadId, options)).claim);
  damage(tail);
  const error = { code: "store", isRetryable: false };
  await expect(fileStore(directory).head(threadId)).rejects.toMatchObject(error);
  await expect(fileStore(directory).claim(threadId, options)).rejects.toMatchObject(error);
});

test("an entry that names a tail outside of its thread", async () => {
  const directory = temporaryDirectory();
  await withTail(directory);
  const entry = path.join(folderOf(directory, "log"), "000000000001");
  writeFileSync(
    entry,
    readFileSync(entry, "utf8").replace(/"tail":"[^"]+"/, '"tail":"x/../../../../../etc/passwd/../pass"'),
  );
  await expect(fileStore(directory).head(threadId)).rejects.toMatchObject({ code: "store", isRetryable: false });
});

test("a thread of an earlier version of the SDK can be read and continued", async () => {
  const directory = temporaryDirectory();
  mkdirSync(folderOf(directory, "log"), { recursive: true });
  const content = JSON.stringify({
    digest: "0".repeat(64),
    writes: [{ file, at: 0, length: 4, sha256: write(file, none, "one\n").sha256 }],
    manifest: manifest(),
    marks: { last: 1 },
  });
  const entries = [
    { kind: "claim", version: 0, contentLength: 0, lengths: [] },
    { kind: "renew", version: 0, contentLength: 0, lengths: [] },
    { kind: "append", version: 1, contentLength: Buffer.byteLength(content), lengths: [4] },
    { kind: "release", version: 0, contentLength: 0, lengths: [] },
  ];
  for (const [index, entry] of entries.entries()) {
    const header = JSON.stringify({ format: 1, epoch: 1, owner: "before", ttlMs: 60_000, ...entry });
    const bytes = entry.kind === "append" ? `${content}one\n` : "";
    writeFileSync(path.join(folderOf(directory, "log"), String(index + 1).padStart(12, "0")), `${header}\n${bytes}`);
  }
  await expectContent(directory, "one\n");
  const store = fileStore(directory);
  await store.check();
  const { claim } = await store.claim(threadId, options);
  await store.append(claim, { version: 2, writes: [write(file, Buffer.from("one\n"), "two\n")], marks: { last: 2 } });
  await expectContent(directory, "one\ntwo\n");
});
