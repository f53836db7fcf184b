// What programs/throughput.ts can be asked.

export interface Work {
  stream: "recorded" | "message" | "output";
  way: "parse" | "translate" | "read";
  notifications: number;
}

// A type, so that it has the index signature of `Operations`.
export type ThroughputOperations = {
  /** Milliseconds for the notifications to go all the way. */
  events(work: Work): Promise<number>;
  /** Milliseconds to split `count` lines of `bytes` bytes each. */
  lines(work: { reader: "codex-sdk" | "node:readline"; bytes: number; count: number }): Promise<number>;
};
