// The running turns of this process, as shown on the page.
import { randomUUID } from "node:crypto";
import type { CodexError, ThreadEvent, ThreadItem } from "../../index.js";
import type { LiveTurnView } from "../api.js";
import { itemView } from "../threads/thread-rows.js";
import type { Feed } from "./feed.js";

/** The minimum interval between two deltas of one text, in milliseconds. */
const deltaIntervalMs = 100;
const longestInput = 2_000;

interface Pending {
  from: number;
  text: string;
}

/** A running turn. */
export class LiveTurn {
  readonly key = randomUUID();
  readonly items = new Map<string, ThreadItem>();
  readonly startedAt = new Date();
  readonly #feed: Feed;
  readonly #input: string;
  readonly #onThread: (threadId: string) => void;
  readonly #onEnd: () => void;
  readonly #pending = new Map<string, Pending>();
  readonly #lengths = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #notices = 0;
  #threadId: string | undefined;

  constructor(feed: Feed, input: string, onThread: (threadId: string) => void, onEnd: () => void) {
    this.#feed = feed;
    this.#input = input.slice(0, longestInput);
    this.#onThread = onThread;
    this.#onEnd = onEnd;
  }

  get view(): LiveTurnView {
    this.#flush();
    const items = [...this.items.values()].map(itemView);
    return { key: this.key, input: this.#input, startedAt: this.startedAt.toISOString(), items };
  }

  take(event: ThreadEvent): void {
    switch (event.type) {
      case "thread.started":
        return this.#started(event.thread_id);
      case "item.started":
      case "item.completed":
        return this.#item(event.item);
      case "item.updated":
        return event.delta === undefined ? this.#item(event.item) : this.#delta(event.item, event.delta);
      case "error":
        this.#notices += 1;
        return this.#item({ type: "error", id: `notice-${this.#notices}`, message: event.message });
      default:
    }
  }

  end(error: CodexError | undefined): void {
    this.#flush();
    this.#onEnd();
    if (this.#threadId === undefined) return;
    const message = error?.message ?? null;
    this.#feed.push({ type: "turn.ended", threadId: this.#threadId, key: this.key, error: message });
  }

  #started(threadId: string): void {
    if (this.#threadId !== undefined) return;
    this.#threadId = threadId;
    this.#onThread(threadId);
    this.#feed.push({ type: "turn.started", threadId, turn: this.view });
  }

  #item(item: ThreadItem): void {
    this.#flush();
    this.items.set(item.id, item);
    this.#lengths.set(item.id, textOf(item).length);
    if (this.#threadId === undefined) return;
    this.#feed.push({ type: "item", threadId: this.#threadId, key: this.key, ...itemView(item) });
  }

  #delta(item: ThreadItem, delta: string): void {
    if (!this.items.has(item.id)) return this.#item(item);
    this.items.set(item.id, item);
    const from = this.#lengths.get(item.id) ?? 0;
    this.#lengths.set(item.id, from + delta.length);
    const pending = this.#pending.get(item.id);
    if (pending) pending.text += delta;
    else this.#pending.set(item.id, { from, text: delta });
    this.#timer ??= setTimeout(() => this.#flush(), deltaIntervalMs).unref();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const pieces = [...this.#pending];
    this.#pending.clear();
    if (this.#threadId === undefined) return;
    const { key } = this;
    for (const [itemId, { from, text }] of pieces) {
      this.#feed.push({ type: "delta", threadId: this.#threadId, key, itemId, ...tail(from, text) });
    }
  }
}

export class LiveTurns {
  readonly #feed: Feed;
  readonly #turns = new Map<string, LiveTurn>();

  constructor(feed: Feed) {
    this.#feed = feed;
  }

  ofThread(threadId: string): LiveTurn | undefined {
    return this.#turns.get(threadId);
  }

  open(input: string): LiveTurn {
    let threadId: string | undefined;
    const turn: LiveTurn = new LiveTurn(
      this.#feed,
      input,
      (id) => {
        threadId = id;
        this.#turns.set(id, turn);
      },
      () => {
        if (threadId !== undefined && this.#turns.get(threadId) === turn) this.#turns.delete(threadId);
      },
    );
    return turn;
  }
}

/** Truncates large deltas. Pages show only the end of such texts. */
function tail(from: number, text: string): Pending {
  const most = 65_536;
  if (text.length <= most) return { from, text };
  return { from: from + text.length - most, text: text.slice(-most) };
}

/** The streamed text of an item. */
export function textOf(item: ThreadItem): string {
  if (item.type === "command_execution") return item.aggregated_output;
  return "text" in item ? item.text : "";
}
