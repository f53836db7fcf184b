// Runs of hooks, as items: there is no word for them in the vocabulary that `codex exec` prints, so they go as they came.
import type { UnknownItem } from "../../events/items.js";
import { uniqueId } from "../../process/tree/unique-id.js";
import type { HookRunSummary } from "../protocol/v2/HookRunSummary.js";

export class HookItems {
  /** Ids of the items of those that run, by codex's id: the same hook runs many times in a turn. */
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

/** What a run has to say to the user: its warnings and errors, and that it failed or stood in the agent's way. */
export function hookNotices({ eventName, status, entries }: HookRunSummary): string[] {
  const name = eventName.charAt(0).toUpperCase() + eventName.slice(1);
  const said = entries.filter(({ kind }) => kind === "warning" || kind === "error").map(({ text }) => text);
  if (status === "running" || status === "completed") return said.map((text) => `Hook ${name}: ${text}`);
  const why = said.length > 0 ? said : entries.map(({ text }) => text);
  return [`Hook ${name} ${status}${why.length > 0 ? `: ${why.join("\n")}` : "."}`];
}

function toItem(id: string, run: HookRunSummary): UnknownItem {
  return { id, type: "unknown", raw: { type: "hook", ...run } };
}
