// Parts that are not output of the model: waiting, compaction, and raw data.
import type { EventPart, ItemPart, PausePart, WaitPart } from "./part.js";
import { ScriptError } from "./script-error.js";

/** Waits before the next part, in milliseconds. */
export function pause(ms: number): PausePart {
  if (!(ms >= 0 && ms < 2 ** 31))
    throw new ScriptError(`pause() requires a number of milliseconds of at least 0, not ${ms}.`);
  return { kind: "pause", ms };
}

/** Waits before the next part until the promise, or the promise that the function returns, is fulfilled. */
export function until(event: WaitPart["until"]): WaitPart {
  return { kind: "wait", until: event };
}

/** The answer to a request whose `purpose` is `compaction`: the conversation as an opaque summary. */
export function compaction(content = "c3VtbWFyeQ=="): ItemPart {
  return rawItem({ type: "compaction", encrypted_content: content });
}

/** A raw output item of the Responses API. */
export function rawItem(item: ItemPart["item"]): ItemPart {
  return { kind: "item", item };
}

/** A raw event of the Responses API. */
export function rawEvent(event: EventPart["event"]): EventPart {
  return { kind: "event", event };
}
