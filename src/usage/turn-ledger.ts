// Collects the model requests of one turn and its sub-agents, and adds them up.
import { sumUsage } from "../events/usage.js";
import type { ContextWindow, ModelCall, SubagentUsage, TurnUsage } from "./turn-usage.js";

export class TurnLedger {
  contextWindow: ContextWindow | null = null;
  readonly #threadId: string;
  readonly #calls = new Map<string, ModelCall[]>();

  /** `threadId` is the turn's own thread. All others are sub-agents. */
  constructor(threadId: string) {
    this.#threadId = threadId;
  }

  add(threadId: string, call: ModelCall): void {
    const calls = this.#calls.get(threadId);
    if (calls) calls.push(call);
    else this.#calls.set(threadId, [call]);
  }

  /** The usage so far. It only grows. */
  get usage(): TurnUsage {
    const calls = [...(this.#calls.get(this.#threadId) ?? [])];
    const subagents: SubagentUsage[] = [...this.#calls]
      .filter(([threadId]) => threadId !== this.#threadId)
      .map(([threadId, own]) => ({ threadId, usage: usageOf(own), calls: [...own] }));
    const usage = usageOf(calls);
    const totalUsage = sumUsage([usage, ...subagents.map((subagent) => subagent.usage)]);
    return { usage, calls, subagents, totalUsage, contextWindow: this.contextWindow };
  }
}

function usageOf(calls: readonly ModelCall[]) {
  return sumUsage(calls.map((call) => call.usage));
}
