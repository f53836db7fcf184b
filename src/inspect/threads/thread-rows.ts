// Converts a thread to a list of rows. A page reads only those that it shows.
import type { ModelCall, Prices, StoredThread, ThreadItem, TurnRecord } from "../../index.js";
import { HttpError } from "../../ui/routes/http-error.js";
import type { ItemView, Row, TextView, TurnSummary } from "../api.js";
import { shorten, textAt } from "./shorten.js";

const mostChanges = 200;

interface RowPosition {
  turn: TurnRecord;
  part: "prompt" | "end" | number;
}

export class ThreadRows {
  readonly thread: StoredThread;
  readonly #positions: RowPosition[] = [];
  readonly #starts = new Map<string, number>();

  constructor(thread: StoredThread) {
    this.thread = thread;
    for (const turn of thread.turns) {
      this.#starts.set(turn.id, this.#positions.length);
      this.#positions.push({ turn, part: "prompt" });
      turn.items.forEach((_item, index) => this.#positions.push({ turn, part: index }));
      this.#positions.push({ turn, part: "end" });
    }
  }

  /** All rows, without those of a running turn. */
  count(isLastRunning: boolean): number {
    const last = this.thread.turns.at(-1);
    if (!isLastRunning || last?.status !== "in_progress") return this.#positions.length;
    return this.#starts.get(last.id) ?? this.#positions.length;
  }

  turns(rowCount: number, prices: Prices | undefined): TurnSummary[] {
    return this.thread.turns
      .map(({ id, status, startedAt, durationMs, error, usage, totalUsage, subagents, ...turn }) => {
        const calls = turn.calls.map((call) => ({ ...call, usd: costOf(call, prices) }));
        const row = this.#starts.get(id) ?? 0;
        const started = startedAt?.toISOString() ?? null;
        return { id, status, startedAt: started, durationMs, error, usage, totalUsage, calls, subagents, row };
      })
      .filter(({ row }) => row < rowCount);
  }

  rows(from: number, count: number): Row[] {
    return this.#positions.slice(from, from + count).map((position) => toRow(position));
  }

  /** The patches of a turn or of the thread. If there are too many, the newest ones. @throws HttpError */
  changes(turnId: string | null): (ItemView & { turnId: string })[] {
    const turns = turnId === null ? this.thread.turns : [this.turn(turnId)];
    const items = turns.flatMap(({ id, items }) => items.map((item) => ({ turnId: id, item })));
    return items
      .filter(({ item }) => item.type === "file_change")
      .slice(-mostChanges)
      .map(({ turnId, item }) => ({ turnId, ...itemView(item) }));
  }

  /** @throws HttpError */
  turn(turnId: string): TurnRecord {
    const turn = this.thread.turns.find(({ id }) => id === turnId);
    if (turn) return turn;
    throw new HttpError(404, "turn_not_found", "The thread does not have this turn. Reload the thread.");
  }

  /** @throws HttpError */
  item(turnId: string, itemId: string): ThreadItem {
    const item = this.turn(turnId).items.find(({ id }) => id === itemId);
    if (item) return item;
    throw new HttpError(404, "item_not_found", "The turn does not have this item. Reload the thread.");
  }
}

export function itemView(item: ThreadItem): ItemView {
  const { value, cuts } = shorten(item);
  return { item: value, cuts };
}

/** A part of a text. @throws HttpError */
export function textView(value: unknown, path: string, from: number, count: number): TextView {
  const text = textAt(value, path);
  if (text === undefined) throw new HttpError(404, "text_not_found", "The item does not contain a text at this path.");
  return { text: text.slice(from, from + count), from, length: text.length };
}

/** Null if the cost is unknown, or the price list throws. */
function costOf({ model, serviceTier, usage, completedAt }: ModelCall, prices: Prices | undefined): number | null {
  if (!prices || model === null || usage === null) return null;
  try {
    const usd = prices.costOf({ model, serviceTier, usage, at: completedAt ?? new Date() });
    return typeof usd === "number" && Number.isFinite(usd) ? usd : null;
  } catch {
    return null;
  }
}

function toRow({ turn, part }: RowPosition): Row {
  const { id: turnId } = turn;
  if (part === "prompt") {
    const { value, cuts } = shorten(turn.input);
    return { kind: "prompt", turnId, startedAt: turn.startedAt?.toISOString() ?? null, input: value, cuts };
  }
  if (part === "end") {
    const { status, error, durationMs, usage } = turn;
    return { kind: "end", turnId, status, error, durationMs, usage };
  }
  // The indexes were created from the items.
  return { kind: "item", turnId, ...itemView(turn.items[part] as ThreadItem) };
}
