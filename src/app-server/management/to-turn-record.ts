// Converts a turn of the protocol to a `TurnRecord`. Items are translated like those of a live turn.
import { finalResponseOf } from "../../events/final-response.js";
import type { ThreadItem } from "../../events/items.js";
import type { RecordedInput, TurnRecord } from "../../records/turn-record.js";
import type { ThreadItem as ProtocolItem } from "../protocol/v2/ThreadItem.js";
import type { Turn } from "../protocol/v2/Turn.js";
import type { UserInput } from "../protocol/v2/UserInput.js";
import type { RecordedTurnUsage, RecordedUsage } from "../../rollouts/recorded-usage.js";
import { toThreadItem } from "../turn/to-item.js";
import { toCodexError } from "../errors/turn-error.js";
import { toDate } from "./to-thread-record.js";

/** The turns in order. The items of a sub-agent's turn belong to the turn that requested it. */
export function toTurnRecords(turns: readonly Turn[], cwd: string, usage: RecordedUsage): TurnRecord[] {
  const ids = new Set(turns.map(({ id }) => id));
  const isPart = (turn: Turn) => turn.rootTurnId !== null && turn.rootTurnId !== turn.id && ids.has(turn.rootTurnId);
  const parts = turns.filter(isPart);
  return turns
    .filter((turn) => !isPart(turn))
    .map((turn) => toTurnRecord(withParts(turn, parts), cwd, usage.of(turn.id)));
}

/** A review runs in a turn below the one that requested it. Its items come before the outer turn's answer. */
function withParts(turn: Turn, parts: readonly Turn[]): Turn {
  const inner = parts.filter((part) => part.rootTurnId === turn.id).flatMap((part) => part.items);
  return inner.length === 0 ? turn : { ...turn, items: [...inner, ...turn.items] };
}

function toTurnRecord(turn: Turn, cwd: string, usage: RecordedTurnUsage): TurnRecord {
  const items = turn.items.flatMap((item) => toItems(item, cwd));
  return {
    id: turn.id,
    status: turn.status === "inProgress" ? "in_progress" : turn.status,
    startedAt: turn.startedAt === null ? null : toDate(turn.startedAt),
    completedAt: turn.completedAt === null ? null : toDate(turn.completedAt),
    durationMs: turn.durationMs,
    input: turn.items.flatMap((item) => (item.type === "userMessage" ? item.content.map(toRecordedInput) : [])),
    items,
    finalResponse: finalResponseOf(items),
    ...usage,
    error: turn.error && { message: turn.error.message, code: toCodexError(turn.error, undefined).code },
  };
}

/** A live turn omits empty reasoning, and so does this. */
function toItems(protocolItem: ProtocolItem, cwd: string): ThreadItem[] {
  const item = toThreadItem(protocolItem, cwd);
  return item === undefined || (item.type === "reasoning" && item.text === "") ? [] : [item];
}

function toRecordedInput(part: UserInput): RecordedInput {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image":
      return "url" in part ? { type: "image", url: part.url, ...detailOf(part) } : { type: "unknown", raw: part };
    case "localImage":
      return { type: "local_image", path: part.path, ...detailOf(part) };
    case "skill":
    case "mention":
      return { type: part.type, name: part.name, path: part.path };
    default:
      return { type: "unknown", raw: part };
  }
}

/** `low` is not a detail that this version of Codex accepts. */
function detailOf({ detail }: { detail?: string | null }): { detail?: "auto" | "high" | "original" } {
  return detail === "auto" || detail === "high" || detail === "original" ? { detail } : {};
}
