// Converts one line of a thread's file to events.
import type { ThreadEvent, ThreadError } from "../../events/events.js";
import type { TodoListItem } from "../../events/items.js";
import { noUsage, readUsage } from "../../events/usage.js";
import { isJsonObject } from "../../internal/json.js";
import type { JsonObject } from "../../internal/json.js";
import type { TurnRestartedEvent } from "../../records/recorded-event.js";
import type { CodexErrorInfo } from "../protocol/v2/CodexErrorInfo.js";
import { toCodexError } from "../errors/turn-error.js";
import { noState } from "./event-cursor.js";
import type { EventState } from "./event-cursor.js";
import { camelCase, camelCased, recordedItem } from "./recorded-item.js";

export interface LineEvent {
  turnId: string | null;
  event: ThreadEvent | TurnRestartedEvent;
}

export interface LineReading {
  events: LineEvent[];
  state: EventState;
}

/** Lines without one of these markers are not parsed. */
const marks = [
  '"task_started"',
  '"item_completed"',
  '"task_complete"',
  '"turn_aborted"',
  '"token_usage_record"',
  '"update_plan"',
];

export function isEventLine(line: string): boolean {
  return marks.some((mark) => line.includes(mark));
}

export interface LineContext {
  /** The state of the lines before it. */
  before: EventState;
  /** The directory of the thread. */
  cwd: string | undefined;
}

export function readEventLine({ type: kind, payload }: JsonObject, { before, cwd }: LineContext): LineReading {
  if (!isJsonObject(payload)) return { events: [], state: before };
  const type = kind === "token_usage_record" ? kind : payload["type"];
  const read = typeof type === "string" ? readers[type] : undefined;
  return read?.(payload, before, cwd) ?? { events: [], state: before };
}

type Reader = (payload: JsonObject, before: EventState, cwd: string | undefined) => LineReading | undefined;

const readers: Record<string, Reader | undefined> = {
  token_usage_record: ({ turn_id: turnId, turn_token_usage: usage }, before) => {
    if (turnId !== before.turnId) return undefined;
    const settled = settle(before, false);
    return { ...settled, state: { ...settled.state, usage: readUsage(usage) ?? before.usage } };
  },
  task_started: ({ turn_id: turnId }, before) => {
    if (typeof turnId !== "string") return undefined;
    // A later line shows whether the turn continues the one without an end.
    const lostTurnId = before.lostTurnId ?? before.turnId;
    if (lostTurnId !== null) return { events: [], state: { turnId, lostTurnId, usage: null } };
    return { events: [{ turnId, event: { type: "turn.started" } }], state: { turnId, lostTurnId: null, usage: null } };
  },
  item_completed: ({ item, turn_id: turnId }, before, cwd) => {
    if (!isJsonObject(item)) return undefined;
    const settled = settle(before, item["type"] === "UserMessage");
    const shown = recordedItem(item, cwd);
    if (!shown) return settled;
    const event: ThreadEvent = { type: "item.completed", item: shown };
    return withEvent(settled, { turnId: typeof turnId === "string" ? turnId : before.turnId, event });
  },
  function_call: ({ name, arguments: given }, before) => {
    const settled = settle(before, false);
    const items = name === "update_plan" ? planOf(given) : undefined;
    const { turnId } = before;
    if (!items || turnId === null) return settled;
    const item: TodoListItem = { id: `${turnId}-plan`, type: "todo_list", items };
    return withEvent(settled, { turnId, event: { type: "item.updated", item } });
  },
  task_complete: ({ turn_id: turnId, error }, before) => {
    const settled = settle(before, false);
    const usage = settled.state.usage ?? noUsage;
    const event: ThreadEvent = isJsonObject(error)
      ? { type: "turn.failed", error: toFailure(error) }
      : { type: "turn.completed", usage };
    return {
      ...withEvent(settled, { turnId: typeof turnId === "string" ? turnId : before.turnId, event }),
      state: noState,
    };
  },
  turn_aborted: ({ turn_id: turnId, reason }, before) => {
    const settled = settle(before, false);
    const event: ThreadEvent = {
      type: "turn.failed",
      error: { message: `The turn was ended: ${String(reason)}.`, code: "interrupted" },
    };
    return {
      ...withEvent(settled, { turnId: typeof turnId === "string" ? turnId : before.turnId, event }),
      state: noState,
    };
  },
};

/** Determines whether the turn continues a lost one. A turn with a prompt does not. */
function settle(before: EventState, isPrompt: boolean): LineReading {
  const { lostTurnId, turnId } = before;
  if (lostTurnId === null) return { events: [], state: before };
  const state = { ...before, lostTurnId: null };
  if (!isPrompt) return { events: [{ turnId, event: { type: "turn.restarted", lost_turn_id: lostTurnId } }], state };
  const lost: ThreadEvent = { type: "turn.failed", error: lostError };
  return {
    events: [
      { turnId: lostTurnId, event: lost },
      { turnId, event: { type: "turn.started" } },
    ],
    state,
  };
}

/** The error of a turn without a recorded end. */
export const lostError: ThreadError = {
  message: "The process that ran this turn was lost before the turn ended.",
  code: "exited",
};

function withEvent(reading: LineReading, event: LineEvent): LineReading {
  return { ...reading, events: [...reading.events, event] };
}

function toFailure({ message, codex_error_info: info }: JsonObject): ThreadError {
  const text = typeof message === "string" ? message : "The turn failed.";
  const rest = { additionalDetails: null, misalignment: null };
  const error = toCodexError({ message: text, codexErrorInfo: toErrorInfo(info), ...rest }, undefined);
  return { message: error.message, code: error.code };
}

/** The record uses snake case, the protocol camel case. */
function toErrorInfo(info: unknown): CodexErrorInfo | null {
  if (typeof info === "string") return camelCase(info);
  const [kind, details] = isJsonObject(info) ? (Object.entries(info)[0] ?? []) : [];
  if (kind === undefined) return null;
  return { [camelCase(kind)]: isJsonObject(details) ? camelCased(details) : details };
}

function planOf(given: unknown): TodoListItem["items"] | undefined {
  if (typeof given !== "string") return undefined;
  try {
    const { plan } = JSON.parse(given) as { plan?: unknown };
    if (!Array.isArray(plan)) return undefined;
    return plan
      .filter(isJsonObject)
      .map(({ step, status }) => ({ text: String(step), completed: status === "completed" }));
  } catch {
    return undefined;
  }
}
