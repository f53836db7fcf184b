// Folds a turn's events into what the turn was.
import type { PartialTurn } from "../errors/errors.js";
import type { ThreadEvent, Usage } from "../events/events.js";
import { finalResponseOf } from "../events/final-response.js";
import type { ThreadItem } from "../events/items.js";
import { unknownUsage } from "../usage/turn-usage.js";

export class TurnFold {
  readonly #done: ThreadItem[] = [];
  /** Started or grown, not yet final. */
  readonly #open = new Map<string, ThreadItem>();
  #threadId: string | null = null;
  #usage: Usage | null = null;

  take(event: ThreadEvent): void {
    switch (event.type) {
      case "thread.started":
        this.#threadId = event.thread_id;
        break;
      case "item.started":
      case "item.updated":
        this.#open.set(event.item.id, event.item);
        break;
      case "item.completed":
        this.#open.delete(event.item.id);
        this.#done.push(event.item);
        break;
      case "turn.completed":
        this.#usage = event.usage;
        break;
      default:
    }
  }

  /** Items that are final, in the order in which they became so. */
  get items(): ThreadItem[] {
    return this.#done;
  }

  /** The thread's ID, once the stream has named it. */
  get threadId(): string | null {
    return this.#threadId;
  }

  get usage(): Usage | null {
    return this.#usage;
  }

  /** The final answer; without one, the last that the agent said. */
  get finalResponse(): string {
    return finalResponseOf(this.#done);
  }

  /** What there was when the turn broke off: items that were under way stand last, as far as they came. */
  partial(): PartialTurn {
    return {
      id: null,
      threadId: this.#threadId,
      items: [...this.#done, ...this.#open.values()],
      finalResponse: this.finalResponse,
      ...unknownUsage(),
      usage: this.#usage,
      diff: null,
    };
  }
}
