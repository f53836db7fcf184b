// Text that grows, of which only the end is kept.

/** Offsets count from the beginning of the whole text, including what is no longer kept. */
export class TailText {
  readonly #limit: number;
  #kept = "";
  #dropped = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get length(): number {
    return this.#dropped + this.#kept.length;
  }

  append(text: string): void {
    this.#kept += text;
    // Cutting only at twice the limit keeps the cost of each append constant on average.
    if (this.#kept.length > 2 * this.#limit) this.#cut();
  }

  replace(text: string): void {
    this.#kept = text;
    this.#dropped = 0;
    this.#cut();
  }

  /** The part between two offsets, as far as it is kept. */
  slice(from: number, to: number): string {
    return this.#kept.slice(Math.max(0, from - this.#dropped), Math.max(0, to - this.#dropped));
  }

  /** The end of the text, with a first line that tells how much is missing. */
  toString(): string {
    const cut = Math.max(0, this.#kept.length - this.#limit);
    const omitted = this.#dropped + cut;
    const shown = this.#kept.slice(cut);
    return omitted === 0 ? shown : `[${omitted} characters omitted]\n${shown}`;
  }

  #cut(): void {
    const surplus = this.#kept.length - this.#limit;
    if (surplus <= 0) return;
    this.#kept = this.#kept.slice(surplus);
    this.#dropped += surplus;
  }
}

/** Shortens every long string inside a JSON value, so that one large result does not fill the page. */
export function limitText(value: unknown, limit: number): unknown {
  if (typeof value === "string") {
    return value.length <= limit ? value : `${value.slice(0, limit)}\n[${value.length - limit} characters omitted]`;
  }
  if (Array.isArray(value)) return value.map((entry) => limitText(entry, limit));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, limitText(entry, limit)]));
}
