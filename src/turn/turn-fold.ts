// Accumulates a turn's events into its items, usage and final response.
import type { PartialTurn } from "../errors/errors.js";
import type { ThreadEvent, Usage } from "../events/events.js";
import { finalResponseOf } from "../events/final-response.js";
import type { ThreadItem } from "../events/items.js";
import { unknownUsage } from "../usage/turn-usage.js";

export class TurnFold {
  readonly #done: ThreadItem[] = [];
  /** Items that were started or updated, but not completed. */
  readonly #open = new Map<string, ThreadItem>();
  #threadId: string | null = null;
  #usage: Usage | null = null;

  add(event: ThreadEvent): void {
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

  /** Completed items, in the order of their completion. */
  get items(): ThreadItem[] {
    return this.#done;
  }

  /** The thread's ID, once an event contained it. */
  get threadId(): string | null {
    return this.#threadId;
  }

  get usage(): Usage | null {
    return this.#usage;
  }

  /** The final answer; without one, the agent's last message. */
  get finalResponse(): string {
    return finalResponseOf(this.#done);
  }

  /** The partial result of an unfinished turn. Unfinished items come last. */
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
