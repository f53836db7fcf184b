// What a `Codex` tells outside of a page's requests.
import type { Codex, NotificationType, RateLimits } from "../../index.js";
import type { Feed } from "./feed.js";
import type { LiveTurns } from "./live-turns.js";

export interface WatchListeners {
  onRateLimits(rateLimits: RateLimits): void;
  onThreadChanged(threadId: string): void;
}

export interface Watch {
  /** Whether turns that the program runs are seen. */
  seesTurns: boolean;
  stop(): void;
}

const threadChanges = [
  "thread.renamed",
  "thread.archived",
  "thread.unarchived",
  "thread.deleted",
  "thread.status_changed",
] as const satisfies NotificationType[];

export function watchCodex(codex: Codex, feed: Feed, _turns: LiveTurns, listeners: WatchListeners): Watch {
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
  return { seesTurns: false, stop: () => stops.forEach((stop) => stop()) };
}
