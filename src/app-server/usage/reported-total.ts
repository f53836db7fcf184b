// Detects model responses that only the conversation's total shows, because Codex does not report them: incomplete ones.
import type { Usage } from "../../events/events.js";
import { isSameUsage, isWithin, noUsage, subtractUsage, sumUsage, totalTokens } from "../../events/usage.js";

export class ReportedTotal {
  #total: Usage = noUsage;
  /** Reported responses that the total does not include yet. Reviews and remote compactions are never included. */
  #pending: Usage[] = [];

  /** Adds a response that was reported individually. */
  response(usage: Usage): void {
    this.#pending.push(usage);
  }

  /** Adds a new total, and returns the part of its growth that no response explains. */
  update(total: Usage): Usage | undefined {
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

  /** The turn has ended. */
  settle(): void {
    this.#pending = [];
  }
}
