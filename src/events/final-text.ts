// Picks the final answer's text out of a turn's events, as early as it can be known to be that.
import type { ThreadEvent } from "./events.js";
import type { AgentMessageItem } from "./items.js";

export class FinalText {
  /** Whether the turn has said how it ended. */
  hasEnded = false;
  readonly #emit: (piece: string) => void;
  /** Messages whose text came in pieces. */
  readonly #streamed = new Set<string>();
  /** A whole message of unknown standing: it is the final answer if no other follows. */
  #held: string | undefined;

  constructor(emit: (piece: string) => void) {
    this.#emit = emit;
  }

  take(event: ThreadEvent): void {
    switch (event.type) {
      case "item.updated":
        if (event.item.type === "agent_message" && event.delta !== undefined) this.#piece(event.item, event.delta);
        break;
      case "item.completed":
        if (event.item.type === "agent_message") this.#whole(event.item);
        break;
      case "turn.completed":
        this.hasEnded = true;
        if (this.#held !== undefined && this.#held !== "") this.#emit(this.#held);
        break;
      case "turn.failed":
        this.hasEnded = true;
        break;
      default:
    }
  }

  #piece(item: AgentMessageItem, delta: string): void {
    if (item.phase === "commentary" || item.phase === "partial_answer") return;
    this.#streamed.add(item.id);
    this.#emit(delta);
  }

  #whole(item: AgentMessageItem): void {
    if (this.#streamed.has(item.id)) return;
    if (item.phase === undefined) this.#held = item.text;
    else if (item.phase === "final_answer" && item.text !== "") this.#emit(item.text);
  }
}
