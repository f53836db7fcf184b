// The marks of a turn that runs at most once, as they are in the store.
import { isJsonObject } from "../../internal/json.js";
import type { MarkValue } from "../../thread-store/thread-append.js";
import type { FileSizes } from "../../transport/transport.js";
import type { OnceOutcome, UnfinishedCall } from "./once-outcome.js";

/** The turn was, or was about to be, sent. */
export interface StartedMark {
  state: "started";
  /** Of the claim that sent it. */
  epoch: number;
  /** What the turn was asked, as a hash: a key stands for one input. */
  input: string;
  /** How much there was of each file. */
  sizes: FileSizes;
  /** The calls of earlier attempts whose end was not recorded. */
  lostCalls: UnfinishedCall[];
}

/** The output is parsed again from the final response, so that a schema may change its types. */
export interface EndedMark {
  state: "ended";
  input: string;
  outcome: OnceOutcome<undefined>;
}

export type TurnMark = StartedMark | EndedMark;

/** The first attempt has the key itself; each continuation has a number. */
export function markKey(turnKey: string, continuation = 0): string {
  return continuation === 0 ? `turn:${turnKey}` : `turn:${turnKey}#${continuation}`;
}

/** Marks are written by this SDK only. */
export function readMark(value: MarkValue | undefined): TurnMark | undefined {
  return isJsonObject(value) && (value["state"] === "started" || value["state"] === "ended")
    ? (value as unknown as TurnMark)
    : undefined;
}

/** A mark is plain JSON; `undefined` is left out. */
export function toMark(mark: TurnMark): MarkValue {
  return JSON.parse(JSON.stringify(mark)) as MarkValue;
}
