// Accumulates streamed text and keeps only its end.

/** Offsets are relative to the beginning of the complete text, including dropped text. */
export class TailText {
  readonly #limit: number;
  #text = "";
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#dropped + this.#text.length;
  }

  append(text: string): void {
    this.#text += text;
    // Dropped only at twice the limit, so that the amortised cost per append is constant.
    if (this.#text.length > 2 * this.#limit) this.#trim();
  }

  replace(text: string): void {
    this.#text = text;
    this.#dropped = 0;
    this.#trim();
  }

  /** The text between two offsets, without dropped text. */
  slice(from: number, to: number): string {
    return this.#text.slice(Math.max(0, from - this.#dropped), Math.max(0, to - this.#dropped));
  }

  /** The end of the text. If text was dropped, the first line states how much. */
  toString(): string {
    const cut = Math.max(0, this.#text.length - this.#limit);
    const omitted = this.#dropped + cut;
    const shown = this.#text.slice(cut);
    return omitted === 0 ? shown : `[${omitted} characters omitted]\n${shown}`;
  }

  #trim(): void {
    const excess = this.#text.length - this.#limit;
    if (excess <= 0) return;
    this.#text = this.#text.slice(excess);
    this.#dropped += excess;
  }
}

/** Truncates long strings in a JSON value, so that one large result does not fill the page. */
export function limitText(value: unknown, limit: number): unknown {
  if (typeof value === "string") {
    return value.length <= limit ? value : `${value.slice(0, limit)}\n[${value.length - limit} characters omitted]`;
  }
  if (Array.isArray(value)) return value.map((entry) => limitText(entry, limit));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, limitText(entry, limit)]));
}
