// Marks and manifests are committed together with bytes, or not at all.
import assert from "node:assert/strict";
import { assertRejects, claimed, file, headOf, manifest, newThreadId, none, write } from "./bench.js";
import type { Check } from "./bench.js";

export const markCases: Record<string, Check> = {
  "marks keep their values": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const threadId = newThreadId();
    const claim = await claimed(one, threadId);
    const marks = {
      "turn/1": { state: "started", epoch: 1, list: [1, "two", null, { three: true }] },
      '你好 "quoted" \'; --': "text with \u2028, \\ and \u{1F600}",
      // Applications may pass such keys in parsed objects.
      ...(JSON.parse('{"__proto__":{"polluted":true}}') as Record<string, { polluted: boolean }>),
      constructor: 1,
      empty: null,
      number: 0.1,
    };
    await one.append(claim, { version: 1, marks });
    for (const [key, value] of Object.entries(marks)) {
      assert.deepEqual(await other.mark(threadId, key), value, `the mark ${key}`);
    }
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
    assert.equal(await other.mark(threadId, "toString"), undefined);
    await one.append(claim, { version: 2, marks: { "turn/1": "completed" } });
    assert.equal(await other.mark(threadId, "turn/1"), "completed");
    assert.equal(await other.mark(threadId, "number"), 0.1);
    await assertRejects(one.append(claim, { version: 3, marks: { "": 1 } }), "invalid_input", "an empty key");
  },

  "bytes, manifest and marks become visible together": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const threadId = newThreadId();
    const claim = await claimed(one, threadId);
    assert.equal((await headOf(other, threadId)).manifest, null);
    const own = manifest({ name: "A name", goal: { objective: "Do it", status: "active", tokenBudget: null } });
    await one.append(claim, {
      version: 1,
      writes: [write(file, none, "line\n")],
      manifest: own,
      marks: { key: "value" },
    });
    const head = await headOf(other, threadId);
    assert.deepEqual(head.manifest, own);
    assert.equal(head.version, 1);
    assert.equal(head.files[file]?.size, 5);
    assert.equal(await other.mark(threadId, "key"), "value");
    await one.append(claim, { version: 2, writes: [write(file, Buffer.from("line\n"), "line\n")] });
    assert.deepEqual((await headOf(other, threadId)).manifest, own, "the manifest stays with an append without one");
  },
};
