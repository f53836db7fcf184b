// Codex's record of a turn.
import type { ThreadError } from "../events/events.js";
import type { ImageUrlInput, LocalImageInput, MentionInput, SkillInput, TextInput } from "../input/input.js";
import type { ThreadItem } from "../events/items.js";
import type { TurnUsage } from "../usage/turn-usage.js";
import type { ThreadRecord } from "./thread-record.js";

/** A part of a prompt whose type the SDK does not model yet. */
export interface UnknownInput {
  type: "unknown";
  /** The part as Codex recorded it. */
  raw: unknown;
}

/** A recorded part of a prompt. */
export type RecordedInput = TextInput | ImageUrlInput | LocalImageInput | SkillInput | MentionInput | UnknownInput;

export type TurnStatus = "in_progress" | "completed" | "failed" | "interrupted";

/** A recorded turn, with its usage and that of its sub-agents. Calls do not have a start time. */
export interface TurnRecord extends Omit<TurnUsage, "contextWindow"> {
  /** Pass it to `thread.fork({ atTurn })`. */
  id: string;
  status: TurnStatus;
  /** Exact to the second. */
  startedAt: Date | null;
  /** Exact to the second. */
  completedAt: Date | null;
  durationMs: number | null;
  /** The user's input, including steering. */
  input: RecordedInput[];
  /** The items of the turn, as in its events. Plans and notices are not recorded. */
  items: ThreadItem[];
  /** The text of the final answer; without one, the agent's last message. Empty if there are no messages. */
  finalResponse: string;
  /** The reason of the failure. */
  error: ThreadError | null;
}

/** A recorded thread with its turns, oldest first. */
export interface StoredThread extends ThreadRecord {
  turns: TurnRecord[];
}
