// The result of a turn.
import type { Usage } from "../events/events.js";
import type { ThreadItem } from "../events/items.js";
import type { TurnCost } from "../usage/turn-cost.js";
import type { TurnUsage } from "../usage/turn-usage.js";

/** A turn that completed. */
export interface Turn<Output = unknown> extends TurnUsage {
  /** Codex's ID of the turn; null over `exec`, which does not report one. */
  id: string | null;
  /** The ID of the turn's thread. */
  threadId: string;
  /** The agent's messages and actions, in the order in which the items were completed. */
  items: ThreadItem[];
  /** The text of the final answer; without one, the agent's last message. Empty if there are no messages. */
  finalResponse: string;
  /** What the turn and its sub-agents cost; undefined without the option `prices`. */
  cost?: TurnCost | undefined;
  /** The tokens of the whole thread so far; null if unknown. */
  threadUsage: Usage | null;
  /** The final answer, parsed and validated by the turn's `outputSchema`; undefined without one. */
  output: Output;
  /** The turn's changes to files as one unified diff; null if there are none, and over `exec`. */
  diff: string | null;
}

/** The result of `run()`. An alias of `Turn`. */
export type RunResult<Output = unknown> = Turn<Output>;
