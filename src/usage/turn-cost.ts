// The cost of a turn, and the prices on which it is based.
import type { Usage } from "../events/events.js";

/** The requests of one model and service tier. */
export interface CostItem {
  /** Null if Codex does not report the model. */
  model: string | null;
  serviceTier: string | null;
  calls: number;
  usage: Usage | null;
  /** Null if the price list does not contain the model, or the endpoint reported no tokens. */
  usd: number | null;
}

/** The cost of a turn and its sub-agents. */
export interface TurnCost {
  /** In US dollars; null if the price of any request is unknown. Never 0 for an unknown price. */
  usd: number | null;
  /** The part whose price is known, in US dollars. */
  knownUsd: number;
  /** The cost by model and service tier. Entries with `usd: null` have an unknown price. */
  items: CostItem[];
  /** The price list. */
  source: string;
  /** The date of the prices; null if the list does not state it. */
  date: string | null;
  /** Whether Codex runs on a ChatGPT plan, which is not billed by tokens. The cost is then that of the same use by API key. */
  isNotional: boolean;
}
