// What a turn cost, with what the figure is based on.
import type { Usage } from "../events/events.js";

/** The requests of one model and service tier. */
export interface CostItem {
  /** Null where Codex does not report the model. */
  model: string | null;
  serviceTier: string | null;
  calls: number;
  usage: Usage | null;
  /** Null when the price list does not have the model, or the endpoint reported no tokens. */
  usd: number | null;
}

/** What a turn and its sub-agents cost. */
export interface TurnCost {
  /** In US dollars; null when the price of any request is not known. Never 0 for an unknown price. */
  usd: number | null;
  /** The part whose price is known, in US dollars. */
  knownUsd: number;
  /** What makes up the cost, by model and service tier. Those with `usd: null` have no price. */
  items: CostItem[];
  /** The price list. */
  source: string;
  /** The date of the prices; null where the list does not state it. */
  date: string | null;
  /** Whether nobody is billed by token: Codex runs on a ChatGPT plan, and the cost is that of the same use by API key. */
  isNotional: boolean;
}
