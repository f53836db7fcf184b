// A bounded list of numbered events. Any number of viewers read it, each at its own pace.
import { randomBytes } from "node:crypto";
import { InvalidCursorError } from "../../ui/live/cursor.js";
import type { InspectEvent } from "../api.js";

const mostEvents = 5_000;
const mostCharacters = 8_000_000;

export class Feed {
  /** Distinguishes cursors of this feed from those of an earlier run. */
  readonly #epoch = randomBytes(6).toString("hex");
  #seq = 0;
  #entries: string[] = [];
  #characters = 0;
  readonly #listeners = new Set<() => void>();

  /** The cursor of a viewer that has received all events. */
  get cursor(): string {
    return this.cursorAt(this.#seq);
  }

  get seq(): number {
    return this.#seq;
  }

  /** The number of the oldest stored event, or `seq + 1`. */
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
      throw new InvalidCursorError("The cursor belongs to another inspector. Reload the page.");
    }
    return seq;
  }

  push(event: InspectEvent): void {
    const text = JSON.stringify(event);
    this.#seq += 1;
    this.#entries.push(text);
    this.#characters += text.length;
    // Dropped only at twice the size, so that the amortised cost per event is constant.
    if (this.#entries.length >= 2 * mostEvents || this.#characters >= 2 * mostCharacters) this.#dropOldest();
    for (const listener of this.#listeners) listener();
  }

  entry(seq: number): string | undefined {
    return this.#entries[seq - this.oldest];
  }

  /** @returns a function that unsubscribes. */
  listen(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #dropOldest(): void {
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
