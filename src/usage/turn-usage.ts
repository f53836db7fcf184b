// What a turn used: its model requests, and those of its sub-agents.
import type { Usage } from "../events/events.js";

/** A request to the model that the endpoint answered. */
export interface ModelCall {
  /** The endpoint's ID of the response; null where Codex does not report it. */
  responseId: string | null;
  /** The model that was asked; null where it is not known. */
  model: string | null;
  /** The service tier that was asked for; null for the endpoint's default. */
  serviceTier: string | null;
  /** The tokens of this request; null when the endpoint reported none. */
  usage: Usage | null;
  /** When the request could be sent: the turn had started, and the tool calls of the previous response had ended. */
  startedAt: Date | null;
  /** When the response was complete. */
  completedAt: Date | null;
}

/** What a sub-agent used on behalf of a turn. */
export interface SubagentUsage {
  threadId: string;
  usage: Usage | null;
  calls: ModelCall[];
}

/** The model's context window after the newest request. */
export interface ContextWindow {
  /** Tokens of the conversation as the model last saw it; after a compaction, Codex's estimate. */
  used: number;
  /** The model's limit; null for a model that Codex does not know. */
  limit: number | null;
}

/** What a turn used. Cached tokens are part of the input, reasoning tokens part of the output. */
export interface TurnUsage {
  /** The turn's own tokens, without its sub-agents; null when none were reported. */
  usage: Usage | null;
  /** The turn's own model requests, in the order in which they ended; reviews and compactions included. */
  calls: ModelCall[];
  /** What each of the turn's sub-agents used, at any depth, as far as they came before the turn ended. */
  subagents: SubagentUsage[];
  /** The tokens of the turn and all of its sub-agents; null when none were reported. */
  totalUsage: Usage | null;
  /** The context window after the turn's last request; null where it is not known. */
  contextWindow: ContextWindow | null;
}

/** For a turn of which nothing is known. */
export function unknownUsage(): TurnUsage {
  return { usage: null, calls: [], subagents: [], totalUsage: null, contextWindow: null };
}
