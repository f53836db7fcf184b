// The marks that the store keeps of a turn that runs at most once.
import { isJsonObject } from "../../internal/json.js";
import type { MarkValue } from "../../thread-store/thread-append.js";
import type { FileSizes } from "../../transport/transport.js";
import type { OnceOutcome, UnfinishedCall } from "./once-outcome.js";

/** The turn was sent, or was about to be sent. */
export interface StartedMark {
  state: "started";
  /** The epoch of the claim that sent it. */
  epoch: number;
  /** A hash of the turn's input: a key identifies one input. */
  input: string;
  /** The size of each file when the turn was sent. */
  sizes: FileSizes;
  /** Where the events of the turn begin. */
  eventsAfter: string;
  /** Calls of earlier attempts whose end was not recorded. */
  lostCalls: UnfinishedCall[];
}

/** The output is parsed again from the final response, so that the schema's types may change. */
export interface EndedMark {
  state: "ended";
  input: string;
  eventsAfter: string;
  outcome: OnceOutcome<undefined>;
}

export type TurnMark = StartedMark | EndedMark;

/** The first attempt has the number 0. Each continuation has the next number. */
export function markKey(turnKey: string, continuation = 0): string {
  return `turn:${continuation}:${turnKey}`;
}

/** Only this SDK writes marks. */
export function readMark(value: MarkValue | undefined): TurnMark | undefined {
  return isJsonObject(value) && (value["state"] === "started" || value["state"] === "ended")
    ? (value as unknown as TurnMark)
    : undefined;
}

/** A mark is plain JSON; undefined fields are omitted. */
export function toMark(mark: TurnMark): MarkValue {
  return JSON.parse(JSON.stringify(mark)) as MarkValue;
}
