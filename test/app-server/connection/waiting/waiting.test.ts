// Waiting: backoff, limits, signals, and a start that several callers share.
import { getEventListeners } from "node:events";
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { deferred } from "../../../../src/internal/deferred.js";
import { overloadDelayMs, waitUnlessAborted } from "../../../../src/app-server/connection/waiting/backoff.js";
import { SharedStart } from "../../../../src/app-server/connection/waiting/shared-start.js";
import { whenAborted, within, withLimit } from "../../../../src/app-server/connection/waiting/time-limit.js";

test("each wait is longer than the previous one, up to 5 s, with jitter", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), random, (attempt, chance) => {
      const base = Math.min(100 * 2 ** (attempt - 1), 5_000);
      const ms = overloadDelayMs(attempt, () => chance);
      expect(ms).toBeGreaterThanOrEqual(base / 2);
      expect(ms).toBeLessThanOrEqual(base);
    }),
  );
});

test("a wait ends immediately with the signal's reason, and leaves no listener", async () => {
  const abort = new AbortController();
  const waiting = waitUnlessAborted(60_000, abort.signal);
  const reason = new Error("enough");
  abort.abort(reason);
  await expect(waiting).rejects.toBe(reason);
  await expect(waitUnlessAborted(0, abort.signal)).rejects.toBe(reason);
  const other = new AbortController();
  await waitUnlessAborted(1, other.signal);
  expect(getEventListeners(other.signal, "abort")).toEqual([]);
});

test("a limit returns undefined when it expires, and otherwise the outcome of the promise", async () => {
  const never = new Promise<string>(() => undefined);
  expect(await withLimit(5, never)).toBeUndefined();
  expect(await withLimit(60_000, Promise.resolve("done"))).toBe("done");
  expect(await within(60_000, Promise.resolve("done"), () => "late")).toBe("done");
  await expect(withLimit(60_000, Promise.reject(new Error("no")))).rejects.toThrow("no");
  await whenAborted(AbortSignal.abort());
});

test("a start continues while at least one caller waits for it", async () => {
  const work = deferred<string>();
  let signal: AbortSignal | undefined;
  const start = new SharedStart(
    (given) => {
      signal = given;
      return work.promise;
    },
    () => undefined,
  );
  const abort = new AbortController();
  const first = start.wait(abort.signal);
  const second = start.wait(undefined);
  abort.abort(new Error("not I"));
  await expect(first).rejects.toThrow("not I");
  expect(signal?.aborted).toBe(false);
  work.resolve("started");
  expect(await second).toBe("started");
  expect(await start.wait(abort.signal)).toBe("started");
});

test("a start without waiting callers is cancelled, and the last caller waits for its end", async () => {
  const gone: string[] = [];
  const start = new SharedStart(
    async (signal) => {
      await whenAborted(signal);
      await Promise.resolve();
      gone.push("process");
      throw new Error("broken off");
    },
    () => gone.push("forgotten"),
  );
  const abort = new AbortController();
  const waiting = start.wait(abort.signal);
  abort.abort(new Error("changed my mind"));
  await expect(waiting).rejects.toThrow("changed my mind");
  expect(gone).toEqual(["forgotten", "process"]);
});
