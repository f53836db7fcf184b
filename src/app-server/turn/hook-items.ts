// Converts hook runs to items. `codex exec` does not have an item type for them, so Codex's original is passed on.
import type { UnknownItem } from "../../events/items.js";
import { uniqueId } from "../../process/tree/unique-id.js";
import type { HookRunSummary } from "../protocol/v2/HookRunSummary.js";

export class HookItems {
  /** The item IDs of running hooks, by Codex's ID: the same hook runs several times in a turn. */
  readonly #running = new Map<string, string>();

  started(run: HookRunSummary): UnknownItem {
    const id = `hook-${uniqueId()}`;
    this.#running.set(run.id, id);
    return toItem(id, run);
  }

  completed(run: HookRunSummary): UnknownItem {
    const id = this.#running.get(run.id) ?? `hook-${uniqueId()}`;
    this.#running.delete(run.id);
    return toItem(id, run);
  }
}

/** The messages of a run for the user: its warnings and errors, its failure, and what it blocked. */
export function hookNotices({ eventName, status, entries }: HookRunSummary): string[] {
  const name = eventName.charAt(0).toUpperCase() + eventName.slice(1);
  const messages = entries.filter(({ kind }) => kind === "warning" || kind === "error").map(({ text }) => text);
  if (status === "running" || status === "completed") return messages.map((text) => `Hook ${name}: ${text}`);
  const reasons = messages.length > 0 ? messages : entries.map(({ text }) => text);
  return [`Hook ${name} ${status}${reasons.length > 0 ? `: ${reasons.join("\n")}` : "."}`];
}

function toItem(id: string, run: HookRunSummary): UnknownItem {
  return { id, type: "unknown", raw: { type: "hook", ...run } };
}
