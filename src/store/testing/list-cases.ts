// Lists of threads.
import assert from "node:assert/strict";
import { claimed, manifest, newThreadId } from "./bench.js";
import type { Check } from "./bench.js";

export const listCases: Record<string, Check> = {
  "a list pages through the threads in the order of their IDs": async (bench) => {
    const [one, other] = await bench.stores(2);
    assert.ok(one && other);
    const ids = Array.from({ length: 5 }, newThreadId).toSorted();
    for (const id of ids) {
      const claim = await claimed(one, id);
      await one.append(claim, { version: 1, manifest: manifest({ preview: id }) });
    }
    const [empty, deleted] = [newThreadId(), newThreadId()];
    await claimed(one, empty);
    const claim = await claimed(one, deleted);
    await one.append(claim, { version: 1, manifest: manifest() });
    await one.delete(claim);
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const { threads, next } = await other.list({ after, limit: 2 });
      assert.ok(threads.length <= 2);
      for (const { threadId, manifest: found } of threads) {
        if (ids.includes(threadId)) assert.equal(found?.preview, threadId);
        seen.push(threadId);
      }
      after = next ?? undefined;
    } while (after !== undefined);
    assert.deepEqual(seen, seen.toSorted());
    assert.deepEqual(
      seen.filter((id) => ids.includes(id)),
      ids,
    );
    assert.ok(!seen.includes(empty) && !seen.includes(deleted));
    assert.equal(new Set(seen).size, seen.length);
  },
};
