// codex-sdk/store/testing: what every thread store must do, as test cases for any test framework.
//
//   import { test } from "node:test";
//   for (const { name, run } of testThreadStore(() => myStore(sharedBackend))) test(name, run);
import { appendCases } from "./append-cases.js";
import { claimCases } from "./claim-cases.js";
import { deleteCases } from "./delete-cases.js";
import { listCases } from "./list-cases.js";
import { markCases } from "./mark-cases.js";
import { Bench } from "./bench.js";
import type { MakeThreadStore } from "./bench.js";

export type { MakeThreadStore } from "./bench.js";

export interface ThreadStoreCase {
  name: string;
  /** Rejects with an AssertionError when the store does not do what `name` says. */
  run: () => Promise<void>;
}

/**
 * The conformance suite of `ThreadStore`. The cases use thread IDs of their own, so they can share a backend and run in
 * any order. Together they take a few seconds on a local backend; the leases in them are shorter than a second.
 * @param makeStore returns an adapter on the same backend with each call, as another machine would have it. Each is
 * closed when its case ends.
 */
export function testThreadStore(makeStore: MakeThreadStore): ThreadStoreCase[] {
  const cases = { ...claimCases, ...appendCases, ...markCases, ...deleteCases, ...listCases };
  return Object.entries(cases).map(([name, check]) => ({
    name,
    run: async () => {
      const bench = new Bench(makeStore);
      try {
        await check(bench);
      } finally {
        await bench.close();
      }
    },
  }));
}
