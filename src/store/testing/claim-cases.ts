// One writer at a time: claims, epochs and leases.
import assert from "node:assert/strict";
import { CodexError } from "../../index.js";
import {
  assertRejects,
  claimed,
  claimedLater,
  delay,
  file,
  headOf,
  longMs,
  newThreadId,
  none,
  shortMs,
  write,
} from "./bench.js";
import type { Check } from "./bench.js";

/** Some backends keep times in seconds. */
const clockPrecisionMs = 1_050;

export const claimCases: Record<string, Check> = {
  "check resolves, and again": async (bench) => {
    const store = await bench.store();
    await store.check();
    assert.ok(store.leaseMs > 0);
  },

  "a thread that was never claimed is not known": async (bench) => {
    const store = await bench.store();
    const threadId = newThreadId();
    assert.equal(await store.head(threadId), undefined);
    assert.equal(await store.mark(threadId, "key"), undefined);
    await assertRejects(store.read(threadId, file), "thread_not_found", "reading it");
  },

  "each claim has an epoch one higher than the one before": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const threadId = newThreadId();
    for (const [index, store] of [one, other, one].entries()) {
      const { claim, head } = await store.claim(threadId, { owner: `owner-${index}`, ttlMs: longMs });
      assert.equal(claim.epoch, index + 1);
      assert.equal(head.epoch, index, "the head that a claim gives is that of before");
      assert.deepEqual((await headOf(other, threadId)).lease?.owner, `owner-${index}`);
      await store.release(claim);
      assert.equal((await headOf(other, threadId)).lease, null);
    }
  },

  "a claimed thread is busy for others": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const threadId = newThreadId();
    const claim = await claimed(one, threadId);
    const error = await assertRejects(claimed(other, threadId), "thread_busy", "a second claim", true);
    assert.ok(error.retryAfterMs !== undefined && error.retryAfterMs > 0 && error.retryAfterMs <= longMs + 5_000);
    await one.release(claim);
    await claimed(other, threadId);
  },

  "the owner of a claim may claim again at once": async (bench) => {
    const store = await bench.store();
    const threadId = newThreadId();
    const options = { owner: "the same", ttlMs: longMs };
    const first = await store.claim(threadId, options);
    const second = await store.claim(threadId, options);
    assert.equal(second.claim.epoch, first.claim.epoch + 1);
    await assertRejects(store.renew(first.claim), "lease_lost", "the claim before");
  },

  "of many that claim at once one succeeds": async (bench) => {
    const stores = await bench.stores(8);
    const threadId = newThreadId();
    const results = await Promise.allSettled(stores.map((store) => claimed(store, threadId)));
    const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason as unknown] : []));
    assert.equal(results.length - failures.length, 1);
    for (const failure of failures) assert.ok(CodexError.isInstance(failure) && failure.code === "thread_busy");
  },

  "many claimers get a single order of epochs": async (bench) => {
    const stores = await bench.stores(5);
    const threadId = newThreadId();
    let holders = 0;
    const epochs = await Promise.all(
      stores.map(async (store) => {
        const claim = await claimedLater(store, threadId);
        holders += 1;
        assert.equal(holders, 1, "two claims at once");
        holders -= 1;
        await store.release(claim);
        return claim.epoch;
      }),
    );
    assert.deepEqual(
      epochs.toSorted((a, b) => a - b),
      [1, 2, 3, 4, 5],
    );
  },

  "a lease without a sign of life expires": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const threadId = newThreadId();
    const old = await claimed(one, threadId, shortMs);
    await one.append(old, { version: 1, writes: [write(file, none, "kept\n")], marks: { before: true } });
    await assertRejects(claimed(other, threadId), "thread_busy", "a claim before the lease ends");
    const claim = await claimedLater(other, threadId);
    assert.equal(claim.epoch, old.epoch + 1);
    // Further calls of the old writer have no effect.
    const late = { version: 2, writes: [write(file, Buffer.from("kept\n"), "late\n")], marks: { before: false } };
    await assertRejects(one.append(old, late), "lease_lost", "an append by the old claim", false);
    await assertRejects(one.renew(old), "lease_lost", "a renewal by the old claim");
    await assertRejects(one.delete(old), "lease_lost", "a deletion by the old claim");
    await one.release(old);
    const head = await headOf(one, threadId);
    assert.equal(head.lease?.owner, claim.owner);
    assert.equal(head.version, 1);
    assert.equal(head.files[file]?.size, 5);
    assert.equal(await one.mark(threadId, "before"), true);
    await other.append(claim, { version: 2, writes: [write(file, Buffer.from("kept\n"), "new\n")] });
  },

  "renewals and appends keep a lease alive": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const threadId = newThreadId();
    const claim = await claimed(one, threadId);
    const signs = { renewal: () => one.renew(claim), append: () => one.append(claim, { version: 1 }) };
    for (const [name, sign] of Object.entries(signs)) {
      await delay(1.5 * clockPrecisionMs);
      const startedAt = performance.now();
      await sign();
      const { lease } = await headOf(other, threadId);
      const elapsedMs = performance.now() - startedAt;
      const leftMs = lease?.expiresInMs ?? 0;
      assert.ok(
        leftMs > longMs - elapsedMs - clockPrecisionMs,
        `${leftMs} ms are left after a ${name} of ${longMs} ms`,
      );
    }
  },

  "an expired claim that nobody took can go on": async (bench) => {
    const store = await bench.store();
    const threadId = newThreadId();
    const claim = await claimed(store, threadId, 100);
    await delay(300);
    await store.append(claim, { version: 1, marks: { late: 1 } });
    await store.renew(claim);
    assert.equal(await store.mark(threadId, "late"), 1);
  },

  "a released claim cannot write": async (bench) => {
    const store = await bench.store();
    const threadId = newThreadId();
    const claim = await claimed(store, threadId);
    await store.release(claim);
    await store.release(claim);
    await assertRejects(store.append(claim, { version: 1 }), "lease_lost", "an append");
    await assertRejects(store.renew(claim), "lease_lost", "a renewal");
  },
};
