// Subscribes to the events of a `Codex` and adds them to the feed.
import type { Codex, NotificationType, ProtocolMessage, RateLimits } from "../../index.js";
import { isJsonObject } from "../../internal/json.js";
import type { Feed } from "./feed.js";
import type { LiveTurns } from "./live-turns.js";

export interface WatchListeners {
  onMessage(message: ProtocolMessage): void;
  onRateLimits(rateLimits: RateLimits): void;
  onThreadChanged(threadId: string): void;
}

const threadChanges = [
  "thread.renamed",
  "thread.archived",
  "thread.unarchived",
  "thread.deleted",
  "thread.status_changed",
] as const satisfies NotificationType[];

export function watchCodex(codex: Codex, feed: Feed, turns: LiveTurns, listeners: WatchListeners): () => void {
  const stops = threadChanges.map((type) =>
    codex.on(type, ({ threadId }) => {
      if (type !== "thread.status_changed") listeners.onThreadChanged(threadId);
      feed.push({ type: "thread", threadId, change: type });
    }),
  );
  stops.push(
    codex.on("thread.opened", ({ thread }) =>
      feed.push({ type: "thread", threadId: thread.id, change: "thread.opened" }),
    ),
    codex.on("account.rate_limits_updated", ({ rateLimits }) => {
      listeners.onRateLimits(rateLimits);
      feed.push({ type: "rate_limits", rateLimits });
    }),
    codex.on("warning", ({ message, threadId }) => feed.push({ type: "notice", threadId, level: "warning", message })),
    codex.on("config.warning", ({ summary }) =>
      feed.push({ type: "notice", threadId: null, level: "warning", message: summary }),
    ),
  );
  stops.push(
    codex.observe({
      onMessage: (message) => listeners.onMessage(message),
      onTurn: ({ kind, input }) => {
        const live = turns.open(kind === "prompt" ? textOf(input) : kind);
        return { onEvent: (event) => live.take(event), onTurnEnd: ({ error }) => live.end(error) };
      },
    }),
  );
  return () => stops.forEach((stop) => stop());
}

function textOf(input: unknown): string {
  if (typeof input === "string") return input;
  const parts: unknown[] = Array.isArray(input) ? input : [];
  return parts
    .map((part) => (isJsonObject(part) && typeof part["text"] === "string" ? part["text"] : ""))
    .filter((text) => text !== "")
    .join("\n");
}
