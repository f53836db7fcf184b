// The operations of programs/throughput.ts.

export interface Work {
  stream: "recorded" | "message" | "output";
  stage: "parse" | "translate" | "read";
  notifications: number;
}

// A type alias, because an interface is not assignable to the index signature of `Operations`.
export type ThroughputOperations = {
  /** @returns milliseconds until the notifications have passed all stages up to `stage`. */
  events(work: Work): Promise<number>;
  /** @returns milliseconds to split `count` lines of `bytes` bytes each. */
  lines(work: { reader: "codex-sdk" | "node:readline"; bytes: number; count: number }): Promise<number>;
};
