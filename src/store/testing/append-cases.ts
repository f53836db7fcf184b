// Bytes are stored exactly once, unchanged, at the right offset.
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { CodexError } from "../../index.js";
import type { ThreadHead } from "../../index.js";
import {
  assertBytes,
  assertRejects,
  claimed,
  claimedLater,
  file,
  headOf,
  manifest,
  newThreadId,
  none,
  sha256,
  write,
} from "./bench.js";
import type { Check } from "./bench.js";

export const appendCases: Record<string, Check> = {
  "bytes are read as they were written": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const threadId = newThreadId();
    const claim = await claimed(one, threadId);
    const second = "rollout-2-other.jsonl";
    let bytes = Buffer.alloc(0);
    for (const [index, size] of [1, 0, 3, 70_000, 1, 4_096, 200_000].entries()) {
      const piece = Buffer.concat([randomBytes(size), Buffer.from(size > 2 ? "\0\n\u2028" : "")]);
      const writes = [write(file, bytes, piece), write(second, Buffer.from("x".repeat(index)), "x")];
      await one.append(claim, { version: index + 1, writes });
      bytes = Buffer.concat([bytes, piece]);
    }
    for (const store of [one, other]) {
      await assertBytes(store, threadId, bytes);
      assert.equal(Buffer.from(await store.read(threadId, second)).toString(), "xxxxxxx");
    }
    assert.deepEqual((await headOf(other, threadId)).files, {
      [file]: { size: bytes.length, sha256: sha256(bytes) },
      [second]: { size: 7, sha256: sha256(Buffer.from("xxxxxxx")) },
    });
    for (const [start, end] of [
      [0, 1],
      [0, bytes.length],
      [2, 3],
      [3, 70_010],
      [69_999, 140_000],
      [bytes.length - 1, bytes.length + 50],
      [bytes.length, bytes.length + 1],
    ] as const) {
      const part = await other.read(threadId, file, { start, end });
      assert.equal(sha256(part), sha256(bytes.subarray(start, end)), `the range from ${start} to ${end}`);
    }
    await assertRejects(other.read(threadId, "missing.jsonl"), "thread_not_found", "a file that is not there");
  },

  "gaps, overlaps and wrong versions are rejected and change nothing": async (bench) => {
    const store = await bench.store();
    const threadId = newThreadId();
    const claim = await claimed(store, threadId);
    const bytes = Buffer.from("first\n");
    await store.append(claim, { version: 1, writes: [write(file, none, bytes)], marks: { mark: 1 } });
    const before = await headOf(store, threadId);
    const marks = { mark: 2 };
    for (const [what, append] of Object.entries({
      gap: { version: 2, writes: [{ ...write(file, bytes, "x\n"), at: 7 }] },
      overlap: { version: 2, writes: [{ ...write(file, bytes, "x\n"), at: 5 }] },
      beginning: { version: 2, writes: [{ ...write(file, bytes, "x\n"), at: 0 }] },
      "a new file that does not begin at 0": { version: 2, writes: [{ ...write("other", none, "x\n"), at: 1 }] },
      "one right and one wrong write": {
        version: 2,
        writes: [write(file, bytes, "x\n"), { ...write("other", none, "x\n"), at: 1 }],
      },
      "version too low": { version: 1, writes: [write(file, bytes, "x\n")] },
      "version too high": { version: 3, writes: [write(file, bytes, "x\n")] },
    })) {
      await assertRejects(store.append(claim, { ...append, marks, manifest: manifest() }), "store", what, false);
    }
    const { lease: _before, ...rest } = before;
    const { lease: _after, ...restAfter } = await headOf(store, threadId);
    assert.deepEqual(restAfter, rest);
    assert.equal(await store.mark(threadId, "mark"), 1);
    await assertBytes(store, threadId, bytes);
  },

  "an exact repeat of an append succeeds and changes nothing": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const threadId = newThreadId();
    const claim = await claimed(one, threadId);
    const append = { version: 1, writes: [write(file, none, "once\n")], marks: { n: 1 }, manifest: manifest() };
    await one.append(claim, append);
    await one.append(claim, append);
    // The repetition may use another connection.
    await other.append(claim, append);
    await assertRejects(
      one.append(claim, { ...append, writes: [write(file, none, "else\n")] }),
      "store",
      "other bytes under the same version",
      false,
    );
    await assertRejects(one.append(claim, { ...append, marks: { n: 2 } }), "store", "other marks", false);
    await one.append(claim, { version: 2, writes: [write(file, Buffer.from("once\n"), "twice\n")], marks: { n: 3 } });
    // A late repetition, after a newer append, was already applied. The store may resolve or reject it.
    await other.append(claim, append).catch(() => undefined);
    assert.equal(await one.mark(threadId, "n"), 3);
    await assertBytes(other, threadId, Buffer.from("once\ntwice\n"));
  },

  "of two appends under the same version one is applied": async (bench) => {
    const stores = await bench.stores(6);
    const threadId = newThreadId();
    const [first] = stores;
    assert.ok(first);
    const claim = await claimed(first, threadId);
    const results = await Promise.allSettled(
      stores.map((store, index) =>
        store.append(claim, { version: 1, writes: [write(file, none, `${index}\n`)], marks: { index } }),
      ),
    );
    const winners = results.flatMap((result, index) => (result.status === "fulfilled" ? [index] : []));
    assert.equal(winners.length, 1, `${winners.length} of 6 appends were applied`);
    for (const result of results) {
      if (result.status === "rejected") assert.ok(CodexError.isInstance(result.reason), String(result.reason));
    }
    assert.equal(await first.mark(threadId, "index"), winners[0]);
    await assertBytes(first, threadId, Buffer.from(`${winners[0]}\n`));
  },

  "a long history is read as it was written": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const threadId = newThreadId();
    const claim = await claimed(one, threadId);
    const lines: string[] = [];
    let bytes = Buffer.alloc(0);
    for (let version = 1; version <= 70; version++) {
      const line = Buffer.from(`{"line":${version},"text":"${"x".repeat(version)}"}\n`);
      await one.append(claim, { version, writes: [write(file, bytes, line)], marks: { [`mark-${version}`]: version } });
      bytes = Buffer.concat([bytes, line]);
      lines.push(`mark-${version}`);
    }
    await one.release(claim);
    await assertBytes(other, threadId, bytes);
    assert.equal(await other.mark(threadId, "mark-1"), 1);
    assert.equal(await other.mark(threadId, "mark-70"), 70);
    const next = await claimedLater(other, threadId);
    await other.append(next, { version: 71, writes: [write(file, bytes, "end\n")] });
    await assertBytes(one, threadId, Buffer.concat([bytes, Buffer.from("end\n")]));
  },

  "megabytes are appended and read": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const threadId = newThreadId();
    const claim = await claimed(one, threadId);
    const bytes = randomBytes(3 * 1024 * 1024 + 1);
    await one.append(claim, { version: 1, writes: [write(file, none, bytes)] });
    await assertBytes(other, threadId, bytes);
  },

  "what a reader sees is a prefix, with the marks that belong to it": async (bench) => {
    const [writer, reader] = await bench.stores(2);
    assert.ok(writer && reader);
    const threadId = newThreadId();
    const claim = await claimed(writer, threadId);
    const pieces = Array.from({ length: 15 }, (_, index) => `${index}:${"y".repeat(index * 7)}\n`);
    const whole = Buffer.from(pieces.join(""));
    const progress = { isDone: false };
    const writing = (async () => {
      let bytes = Buffer.alloc(0);
      for (const [index, piece] of pieces.entries()) {
        const writes = [write(file, bytes, piece)];
        bytes = Buffer.concat([bytes, Buffer.from(piece)]);
        await writer.append(claim, {
          version: index + 1,
          writes,
          manifest: manifest({ preview: String(bytes.length) }),
        });
      }
      progress.isDone = true;
    })();
    while (!progress.isDone) {
      const head: ThreadHead | undefined = await reader.head(threadId);
      const size: number = head?.files[file]?.size ?? 0;
      if (!head || size === 0) continue;
      assert.equal(head.manifest?.preview, String(size), "the manifest belongs to other bytes");
      const bytes = await reader.read(threadId, file, { start: 0, end: size });
      assert.equal(sha256(bytes), head.files[file]?.sha256);
      assert.equal(sha256(bytes), sha256(whole.subarray(0, size)));
    }
    await writing;
    await assertBytes(reader, threadId, whole);
  },

  "names that could leave their place are refused": async (bench) => {
    const store = await bench.store();
    const options = { owner: "owner", ttlMs: 1_000 };
    for (const id of ["", ".", "..", "../x", "a/b", "a\\b", "/etc", "a\0b", "a b", "é", "a".repeat(129)]) {
      await assertRejects(store.claim(id, options), "invalid_input", `claiming ${JSON.stringify(id)}`);
      await assertRejects(store.head(id), "invalid_input", `the head of ${JSON.stringify(id)}`);
      await assertRejects(store.read(id, file), "invalid_input", `reading ${JSON.stringify(id)}`);
    }
    const threadId = newThreadId();
    const claim = await claimed(store, threadId);
    for (const name of ["", ".", "..", "../x", "a/b", "a\\b", ".hidden", "a\0b"]) {
      const append = { version: 1, writes: [write(name, none, "x")] };
      await assertRejects(store.append(claim, append), "invalid_input", `the file ${JSON.stringify(name)}`);
      await assertRejects(store.read(threadId, name), "invalid_input", `reading the file ${JSON.stringify(name)}`);
    }
  },
};
