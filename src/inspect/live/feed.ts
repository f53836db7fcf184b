// What happens, as a bounded list of numbered events that any number of viewers read at their own pace.
import { randomBytes } from "node:crypto";
import { InvalidCursorError } from "../../ui/live/cursor.js";
import type { InspectEvent } from "../api.js";

const mostEvents = 5_000;
const mostCharacters = 8_000_000;

export class Feed {
  /** Tells the cursors of this feed from those of an earlier run. */
  readonly #epoch = randomBytes(6).toString("hex");
  #seq = 0;
  #entries: string[] = [];
  #characters = 0;
  readonly #listeners = new Set<() => void>();

  /** Where a viewer stands that has everything so far. */
  get cursor(): string {
    return this.cursorAt(this.#seq);
  }

  get seq(): number {
    return this.#seq;
  }

  /** The number of the oldest event that is kept, or `seq + 1`. */
  get oldest(): number {
    return this.#seq - this.#entries.length + 1;
  }

  cursorAt(seq: number): string {
    return `${this.#epoch}:${seq}`;
  }

  /** @throws InvalidCursorError */
  readCursor(cursor: string): number {
    const [, epoch, digits] = /^([\da-f]{12}):(\d{1,15})$/.exec(cursor) ?? [];
    const seq = Number(digits);
    if (epoch !== this.#epoch || !(seq <= this.#seq)) {
      throw new InvalidCursorError("The cursor is not one of this inspector. Reload the page.");
    }
    return seq;
  }

  push(event: InspectEvent): void {
    const text = JSON.stringify(event);
    this.#seq += 1;
    this.#entries.push(text);
    this.#characters += text.length;
    // Cutting only at twice the size keeps the cost of each event constant on average.
    if (this.#entries.length >= 2 * mostEvents || this.#characters >= 2 * mostCharacters) this.#cut();
    for (const listener of this.#listeners) listener();
  }

  entry(seq: number): string | undefined {
    return this.#entries[seq - this.oldest];
  }

  /** @returns A function that ends it. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #cut(): void {
    let characters = 0;
    let first = this.#entries.length;
    while (first > 0 && this.#entries.length - first < mostEvents) {
      characters += this.#entries[first - 1]?.length ?? 0;
      if (characters > mostCharacters) break;
      first -= 1;
    }
    this.#entries = this.#entries.slice(first);
    this.#characters = this.#entries.reduce((sum, { length }) => sum + length, 0);
  }
}
