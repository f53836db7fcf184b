// What Codex has on record of a turn.
import type { ThreadError } from "../events/events.js";
import type { ImageUrlInput, LocalImageInput, MentionInput, SkillInput, TextInput } from "../input/input.js";
import type { ThreadItem } from "../events/items.js";
import type { TurnUsage } from "../usage/turn-usage.js";
import type { ThreadRecord } from "./thread-record.js";

/** A part of a prompt of a type that is not modelled yet. */
export interface UnknownInput {
  type: "unknown";
  /** The part exactly as Codex recorded it. */
  raw: unknown;
}

/** A part of a prompt as it was recorded. */
export type RecordedInput = TextInput | ImageUrlInput | LocalImageInput | SkillInput | MentionInput | UnknownInput;

export type TurnStatus = "in_progress" | "completed" | "failed" | "interrupted";

/** A turn on record, with what it and its sub-agents used. Calls are recorded without the time of their start. */
export interface TurnRecord extends Omit<TurnUsage, "contextWindow"> {
  /** For `thread.fork({ atTurn })`. */
  id: string;
  status: TurnStatus;
  /** Exact to the second. */
  startedAt: Date | null;
  /** Exact to the second. */
  completedAt: Date | null;
  durationMs: number | null;
  /** What the user said, steering included. */
  input: RecordedInput[];
  /** What the agent did, as the turn's events had it; plans and notices are not recorded. */
  items: ThreadItem[];
  /** The final answer's text; empty when there is none. */
  finalResponse: string;
  /** Why it failed. */
  error: ThreadError | null;
}

/** A conversation on record with its turns, oldest first. */
export interface StoredThread extends ThreadRecord {
  turns: TurnRecord[];
}
