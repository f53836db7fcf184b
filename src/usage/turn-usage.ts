// The usage of a turn: its model requests, and those of its sub-agents.
import type { Usage } from "../events/events.js";

/** A request to the model that received a response. */
export interface ModelCall {
  /** The endpoint's ID of the response; null if Codex does not report it. */
  responseId: string | null;
  /** The requested model; null if unknown. */
  model: string | null;
  /** The requested service tier; null for the endpoint's default. */
  serviceTier: string | null;
  /** The tokens of this request; null if the endpoint did not report them. */
  usage: Usage | null;
  /** The earliest time of the request: the turn had started, and the tool calls of the previous response had ended. */
  startedAt: Date | null;
  /** When the response was complete. */
  completedAt: Date | null;
}

/** The usage of a sub-agent on behalf of a turn. */
export interface SubagentUsage {
  threadId: string;
  usage: Usage | null;
  calls: ModelCall[];
}

/** The model's context window after the newest request. */
export interface ContextWindow {
  /** Tokens of the conversation in the last request; after a compaction, Codex's estimate. */
  used: number;
  /** The model's limit; null for a model that is unknown to Codex. */
  limit: number | null;
}

/** The usage of a turn. Cached tokens are part of the input, reasoning tokens part of the output. */
export interface TurnUsage {
  /** The turn's own tokens, without its sub-agents; null if none were reported. */
  usage: Usage | null;
  /** The turn's own model requests, in the order in which they ended, including reviews and compactions. */
  calls: ModelCall[];
  /** The usage of each of the turn's sub-agents, at any depth, until the turn ended. */
  subagents: SubagentUsage[];
  /** The tokens of the turn and all of its sub-agents; null if none were reported. */
  totalUsage: Usage | null;
  /** The context window after the turn's last request; null if unknown. */
  contextWindow: ContextWindow | null;
}

/** For a turn without known usage. */
export function unknownUsage(): TurnUsage {
  return { usage: null, calls: [], subagents: [], totalUsage: null, contextWindow: null };
}
