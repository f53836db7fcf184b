// A growing file is followed in whole lines, whatever their length.
import { createHash } from "node:crypto";
import { appendFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { TailedFile } from "../../src/thread-sync/tailed-file.js";
import { temporaryDirectory } from "../support/workspace.js";

const kilobyte = 1024;
const usual = 64 * kilobyte;
/** Around the sizes in which the file is read. */
const lengths = [1, 2, usual - 2, usual - 1, usual, usual + 1, kilobyte * kilobyte, 3 * kilobyte * kilobyte + 7, 5];

/** What one append after the other would send. */
async function sent(file: TailedFile): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let write = await file.next(); write; write = await file.next()) {
    expect(write.at).toBe(file.size);
    expect(write.bytes.at(-1)).toBe(0x0a);
    parts.push(write.bytes);
    file.committed(write);
    expect(write.sha256).toBe(
      createHash("sha256").update(readFileSync(file.path).subarray(0, file.size)).digest("hex"),
    );
    if (!file.mayHaveMore) break;
  }
  return Buffer.concat(parts);
}

test("lines of every length, torn ones, and a file that does not exist yet", async () => {
  const target = path.join(temporaryDirectory(), "rollout.jsonl");
  const file = new TailedFile(target);
  expect(await file.next()).toBe(undefined);
  let all = Buffer.alloc(0);
  for (const length of [...lengths, ...lengths.toReversed()]) {
    const line = Buffer.concat([Buffer.alloc(length, "x"), Buffer.from("\n")]);
    appendFileSync(target, line.subarray(0, length));
    expect((await sent(file)).length).toBe(0);
    appendFileSync(target, line.subarray(length));
    appendFileSync(target, line);
    expect((await sent(file)).equals(Buffer.concat([line, line]))).toBe(true);
    all = Buffer.concat([all, line, line]);
  }
  // Another process continues after what the store has.
  const next = new TailedFile(target);
  expect(await next.skip(all.length - 6)).toBe(createHash("sha256").update(all.subarray(0, -6)).digest("hex"));
  await Promise.all([file.close(), next.close()]);
});

test("a file that was renamed is followed; one that was cut off is rejected, also after it has grown again", async () => {
  const directory = temporaryDirectory();
  const target = path.join(directory, "rollout.jsonl");
  writeFileSync(target, "one\ntwo\n");
  const file = new TailedFile(target);
  await sent(file);
  const renamed = path.join(directory, "archived.jsonl");
  renameSync(target, renamed);
  appendFileSync(renamed, "three\n");
  expect(Buffer.from((await file.next())?.bytes ?? []).toString()).toBe("three\n");
  truncateSync(renamed, 5);
  await expect(file.next()).rejects.toMatchObject({ code: "store", isRetryable: false });
  appendFileSync(renamed, "other words\n");
  await expect(file.next()).rejects.toMatchObject({ code: "store", isRetryable: false });
  await file.close();
});
