// Finds, in the conversation's growing total, the responses that Codex does not report one by one: incomplete ones.
import type { Usage } from "../../events/events.js";
import { isSameUsage, isWithin, noUsage, subtractUsage, sumUsage, totalTokens } from "../../events/usage.js";

export class ReportedTotal {
  #total: Usage = noUsage;
  /** Responses that were reported and are not in the total yet. Reviews and remote compactions never get there. */
  #pending: Usage[] = [];

  /** A response was reported by itself. */
  response(usage: Usage): void {
    this.#pending.push(usage);
  }

  /** Takes a new total, and returns the part of its growth that no response explains. */
  grow(total: Usage): Usage | undefined {
    const growth = subtractUsage(total, this.#total);
    this.#total = total;
    if (totalTokens(growth) <= 0) return undefined;
    const index = this.#pending.findIndex((usage) => isSameUsage(usage, growth));
    if (index >= 0) {
      this.#pending.splice(index, 1);
      return undefined;
    }
    const explained = sumUsage(this.#pending) ?? noUsage;
    if (!isWithin(explained, growth)) return growth;
    this.#pending = [];
    return subtractUsage(growth, explained);
  }

  /** The turn is over. */
  settle(): void {
    this.#pending = [];
  }
}
