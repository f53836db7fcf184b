// The newest messages between the SDK and Codex.
import type { ProtocolMessage } from "../../index.js";
import type { ProtocolEntry, ProtocolView } from "../api.js";

const mostMessages = 2_000;
const mostCharacters = 4_000_000;
const pageSize = 200;
const mostHidden = 100;

export class ProtocolLog {
  #seq = 0;
  #characters = 0;
  #entries: ProtocolEntry[] = [];
  readonly #hidden = new Set<string>();

  add({ direction, text, length, at }: ProtocolMessage): void {
    this.#seq += 1;
    const [, method = null] = /^[^{]*\{(?:"id":(?:\d+|"[^"]{0,100}"),)?"method":"([\w/]{1,100})"/.exec(text) ?? [];
    const [, threadId = null] = /"threadId":"([\da-f-]{36})"/.exec(text) ?? [];
    const entry = {
      seq: this.#seq,
      direction,
      at: at.toISOString(),
      method,
      threadId,
      text: this.#shown(text),
      length,
    };
    this.#entries.push(entry);
    this.#characters += entry.text.length;
    // Dropped only at twice the size, so that the amortised cost per message is constant.
    if (this.#entries.length >= 2 * mostMessages || this.#characters >= 2 * mostCharacters) this.#dropOldest();
  }

  /** Redacts this text in later messages. */
  hide(secret: string): void {
    if (secret === "") return;
    this.#hidden.add(JSON.stringify(secret).slice(1, -1));
    const [oldest] = this.#hidden;
    if (this.#hidden.size > mostHidden && oldest !== undefined) this.#hidden.delete(oldest);
  }

  /** The messages after `after`, of one thread or of all. If there are too many, the newest ones. */
  read(after: number, threadId: string | undefined): ProtocolView {
    const newer = this.#entries.filter(
      (entry) => entry.seq > after && (threadId === undefined || entry.threadId === threadId),
    );
    const first = this.#entries[0]?.seq ?? this.#seq + 1;
    const messages = newer.slice(-pageSize);
    return { messages, last: this.#seq, isGap: messages.length < newer.length || after + 1 < first };
  }

  #shown(text: string): string {
    return [...this.#hidden].reduce((shown, secret) => shown.replaceAll(secret, "[redacted]"), text);
  }

  #dropOldest(): void {
    let characters = 0;
    let first = this.#entries.length;
    while (first > 0 && this.#entries.length - first < mostMessages) {
      characters += this.#entries[first - 1]?.text.length ?? 0;
      if (characters > mostCharacters) break;
      first -= 1;
    }
    this.#entries = this.#entries.slice(first);
    this.#characters = this.#entries.reduce((sum, { text }) => sum + text.length, 0);
  }
}
