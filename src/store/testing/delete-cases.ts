// Deletion: tombstones, and threads that others require.
import assert from "node:assert/strict";
import { assertBytes, assertRejects, claimed, file, headOf, manifest, newThreadId, none, write } from "./bench.js";
import type { Check } from "./bench.js";

export const deleteCases: Record<string, Check> = {
  "a deleted thread leaves a tombstone with its epoch": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const threadId = newThreadId();
    await one.release(await claimed(one, threadId));
    const claim = await claimed(one, threadId);
    await one.append(claim, {
      version: 1,
      writes: [write(file, none, "x\n")],
      manifest: manifest(),
      marks: { key: 1 },
    });
    await one.delete(claim);
    for (const store of [one, other]) {
      const head = await headOf(store, threadId);
      assert.equal(head.isDeleted, true);
      assert.equal(head.epoch, 2);
      assert.equal(head.manifest, null);
      assert.deepEqual(head.files, {});
      assert.equal(await store.mark(threadId, "key"), undefined);
      await assertRejects(store.read(threadId, file), "thread_not_found", "reading it");
      await assertRejects(claimed(store, threadId), "thread_not_found", "claiming it");
      await assertRejects(
        store.append(claim, { version: 2, writes: [write(file, Buffer.from("x\n"), "y\n")] }),
        "lease_lost",
        "appending to it",
      );
    }
    assert.equal((await headOf(other, threadId)).isDeleted, true);
  },

  "a thread that forks need is not deleted": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const [parent, child] = [newThreadId(), newThreadId()];
    const claim = await claimed(one, parent);
    await one.append(claim, { version: 1, writes: [write(file, none, "x\n")], manifest: manifest() });
    const forked = await claimed(other, child);
    await other.append(forked, { version: 1, manifest: manifest({ ancestors: [parent], forkedFromId: parent }) });
    await assertRejects(one.delete(claim), "thread_in_use", "deleting it");
    await assertBytes(other, parent, Buffer.from("x\n"));
    await one.append(claim, { version: 2, writes: [write(file, Buffer.from("x\n"), "y\n")] });
    await other.delete(forked);
    await one.delete(claim);
    assert.equal((await headOf(other, parent)).isDeleted, true);
  },

  "a fork of a thread that is not in the store is refused": async (bench) => {
    const store = await bench.store();
    const [parent, child] = [newThreadId(), newThreadId()];
    const claim = await claimed(store, child);
    const append = { version: 1, manifest: manifest({ ancestors: [parent] }), marks: { key: 1 } };
    await assertRejects(store.append(claim, append), "thread_not_found", "an ancestor that does not exist");
    const parentClaim = await claimed(store, parent);
    await store.append(parentClaim, { version: 1, manifest: manifest() });
    await store.delete(parentClaim);
    await assertRejects(store.append(claim, append), "thread_not_found", "an ancestor that was deleted");
    assert.equal((await headOf(store, child)).manifest, null);
    assert.equal(await store.mark(child, "key"), undefined);
  },

  "of a deletion and a fork at the same time one succeeds at most": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    for (let round = 0; round < 3; round++) {
      const [parent, child] = [newThreadId(), newThreadId()];
      const claim = await claimed(one, parent);
      await one.append(claim, { version: 1, writes: [write(file, none, "x\n")], manifest: manifest() });
      const forked = await claimed(other, child);
      const fork = { version: 1, manifest: manifest({ ancestors: [parent] }) };
      const results: PromiseSettledResult<void>[] = await Promise.allSettled([
        one.delete(claim),
        other.append(forked, fork),
      ]);
      const isDeleted: boolean = (await headOf(one, parent)).isDeleted;
      const isForked: boolean = (await headOf(one, child)).manifest !== null;
      assert.ok(!(isDeleted && isForked), "the fork lost its history");
      assert.equal(results[0]?.status === "fulfilled", isDeleted);
      assert.equal(results[1]?.status === "fulfilled", isForked);
    }
  },
};
