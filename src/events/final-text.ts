// Extracts the text of the final answer from a turn's events, as soon as it is identified.
import type { ThreadEvent } from "./events.js";
import { finalResponseOf } from "./final-response.js";
import type { AgentMessageItem } from "./items.js";

export class FinalText {
  readonly #emit: (piece: string) => void;
  /** Messages whose text was streamed in pieces. */
  readonly #streamed = new Set<string>();
  /** Complete messages so far. At the end, the answer is selected among them if none was marked as the answer. */
  readonly #whole: AgentMessageItem[] = [];
  #hasEmitted = false;

  constructor(emit: (piece: string) => void) {
    this.#emit = (piece) => {
      this.#hasEmitted = true;
      emit(piece);
    };
  }

  take(event: ThreadEvent): void {
    switch (event.type) {
      case "item.updated":
        if (event.item.type === "agent_message" && event.delta !== undefined) this.#piece(event.item, event.delta);
        break;
      case "item.completed":
        if (event.item.type === "agent_message") this.#completed(event.item);
        break;
      case "turn.completed":
        if (!this.#hasEmitted) this.#emitText(finalResponseOf(this.#whole));
        break;
      default:
    }
  }

  #piece(item: AgentMessageItem, delta: string): void {
    if (item.phase === "commentary" || item.phase === "partial_answer") return;
    this.#streamed.add(item.id);
    this.#emit(delta);
  }

  #completed(item: AgentMessageItem): void {
    if (this.#streamed.has(item.id)) return;
    if (item.phase === "final_answer") this.#emitText(item.text);
    else this.#whole.push(item);
  }

  #emitText(text: string): void {
    if (text !== "") this.#emit(text);
  }
}
