// Converts the outcome of a turn to the summary for clients.
import type { OnceOutcome } from "../index.js";
import type { RunSummary } from "./types.js";

export function toSummary(outcome: OnceOutcome): RunSummary {
  const { status, turnKey, threadId, turnId, finalResponse, usage, eventsAfter } = outcome;
  return {
    status,
    turnKey,
    threadId,
    turnId,
    finalResponse,
    ...(outcome.status === "completed" && { output: outcome.output }),
    usage,
    eventsAfter,
    error: outcome.status === "completed" ? null : outcome.error,
    unfinishedCalls: outcome.status === "interrupted" ? outcome.unfinishedCalls : [],
  };
}
