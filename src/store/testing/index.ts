// codex-sdk/store/testing: the conformance suite for thread stores, as test cases for any test framework.
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
  /** Rejects with an AssertionError if the store does not satisfy the case. */
  run: () => Promise<void>;
}

/**
 * The conformance suite of `ThreadStore`. Each case uses separate thread IDs, so that cases can share a backend and run
 * in any order. On a local backend, they take a few seconds in total. Leases are shorter than a second.
 * @param makeStore creates an adapter for the same backend with each call, as on another machine. Each adapter is
 * closed at the end of its case.
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
