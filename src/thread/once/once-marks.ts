// The marks in the store for a turn that runs at most once.
import { StoreError } from "../../errors/errors.js";
import { isJsonObject } from "../../internal/json.js";
import type { JsonObject } from "../../internal/json.js";
import type { MarkValue } from "../../thread-store/thread-append.js";
import type { FileSizes } from "../../transport/transport.js";
import type { OnceOutcome, UnfinishedCall } from "./once-outcome.js";

/** Recorded before the turn is sent. */
export interface StartedMark {
  state: "started";
  /** The epoch of the claim that sent it. */
  epoch: number;
  /** A hash of the turn's input: a key identifies one input. */
  input: string;
  /** The size of each file when the turn was sent. */
  sizes: FileSizes;
  /** The cursor before the first event of the turn. */
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

/** @throws StoreError for a record that this SDK did not write: a turn whose record is unreadable may have been sent. */
export function readMark(value: MarkValue | undefined): TurnMark | undefined {
  if (value === undefined) return undefined;
  // All fields that the SDK acts on were checked.
  if (isStarted(value) || isEnded(value)) return value as unknown as TurnMark;
  throw new StoreError(
    "The thread store returned a damaged record of a turn, so that it is not known whether the turn was sent. Restore the store from a backup, or use another turn key.",
    { isRetryable: false },
  );
}

function isStarted(value: MarkValue): boolean {
  if (!isJsonObject(value) || value["state"] !== "started" || !hasText(value, ["input", "eventsAfter"])) return false;
  const { sizes, lostCalls } = value;
  return isJsonObject(sizes) && Object.values(sizes).every(Number.isSafeInteger) && isListOfCalls(lostCalls);
}

function isEnded(value: MarkValue): boolean {
  if (!isJsonObject(value) || value["state"] !== "ended" || !hasText(value, ["input", "eventsAfter"])) return false;
  const { outcome } = value;
  if (!isJsonObject(outcome) || !hasText(outcome, ["turnKey", "threadId", "finalResponse", "eventsAfter"]))
    return false;
  const isError = isJsonObject(outcome["error"]) && hasText(outcome["error"], ["code", "message"]);
  if (outcome["status"] === "failed") return isError;
  if (outcome["status"] !== "interrupted") return outcome["status"] === "completed";
  return (isError || outcome["error"] === null) && isListOfCalls(outcome["unfinishedCalls"]);
}

function isListOfCalls(value: unknown): boolean {
  const fields = ["callId", "name", "arguments", "threadId"];
  return Array.isArray(value) && value.every((call) => isJsonObject(call) && hasText(call, fields));
}

function hasText(value: JsonObject, fields: readonly string[]): boolean {
  return fields.every((field) => typeof value[field] === "string");
}

/** A mark is plain JSON; undefined fields are omitted. */
export function toMark(mark: TurnMark): MarkValue {
  return JSON.parse(JSON.stringify(mark)) as MarkValue;
}
