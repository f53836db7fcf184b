// One thread: its timeline, changes, usage, and protocol messages.
import { useCallback, useState } from "preact/hooks";
import type { OpenRequest } from "../../api.js";
import { ItemView } from "./item-view.js";
import { isReviewed, setReviewed } from "../list/reviewed.js";
import { Requests } from "../requests/requests.js";
import { line, plural, time, visible } from "../text/text.js";
import { ThreadActions } from "./thread-actions.js";
import { titleOf } from "../list/thread-list.js";
import { UsageView } from "../plots/usage-view.js";
import { ProtocolView } from "../protocol/protocol-view.js";
import { Changes } from "./changes.js";
import { RowView } from "./row-view.js";
import { SubagentTree } from "./subagent-tree.js";
import { useThread } from "./use-thread.js";
import { VirtualList } from "./virtual-list.js";

const tabs = { timeline: "Timeline", changes: "Changes", usage: "Usage", protocol: "Protocol" };
type Tab = keyof typeof tabs;

interface ThreadViewProps {
  threadId: string;
  hasControl: boolean;
  requests: readonly OpenRequest[];
}

export function ThreadView({ threadId, hasControl, requests }: ThreadViewProps) {
  const { view, error, rowAt, load, reload } = useThread(threadId);
  const [tab, setTab] = useState<Tab>("timeline");
  const [, setMarks] = useState(0);
  const liveItems = view?.live?.items ?? [];
  const rowCount = view?.rowCount ?? 0;
  const liveKey = view?.live?.key;
  const total = rowCount + (view?.live ? 1 + liveItems.length : 0);
  const keyOf = useCallback(
    (index: number) => (index < rowCount ? `row-${index}` : `${liveKey}-${index - rowCount}`),
    [rowCount, liveKey],
  );
  const onRange = useCallback((from: number, to: number) => load(from, Math.min(to, rowCount)), [load, rowCount]);
  if (!view) return <p class="pad">{error ?? "Loading…"}</p>;
  const { thread, turns, live, subagents } = view;
  const render = (index: number) => {
    if (index < rowCount) {
      const row = rowAt(index);
      return row ? <RowView row={row} threadId={threadId} /> : <div class="card placeholder">Loading…</div>;
    }
    if (!live) return null;
    if (index === rowCount) {
      return (
        <article class="card prompt" aria-label="Prompt">
          <header>
            <h2>Running turn</h2>
            <span class="badge live">running</span>
          </header>
          <div class="prose">{visible(live.input)}</div>
        </article>
      );
    }
    const item = liveItems[index - rowCount - 1];
    return item ? <ItemView {...item} threadId={threadId} turnId={live.key} /> : null;
  };
  const mark = () => {
    setReviewed(thread, !isReviewed(thread));
    setMarks((count) => count + 1);
  };
  return (
    <section class="thread" aria-label="Thread">
      <header class="head">
        <a class="back" href="#/">
          ← Threads
        </a>
        <h1>{titleOf(thread)}</h1>
        <p class="meta">
          {thread.model !== null && <>{line(thread.model, 60)} · </>}
          {line(thread.cwd, 120)}
          {thread.branch !== null && <> · {line(thread.branch, 60)}</>} · {time(thread.createdAt)} ·{" "}
          {plural(turns.length + (live ? 1 : 0), "turn")}
          {thread.archived && <span class="badge">archived</span>}
        </p>
        <p class="meta id">
          <code>{thread.id}</code>
          {thread.parentThreadId !== null && (
            <a href={`#/threads/${encodeURIComponent(thread.parentThreadId)}`}>parent thread</a>
          )}
          {thread.forkedFromId !== null && (
            <a href={`#/threads/${encodeURIComponent(thread.forkedFromId)}`}>forked from</a>
          )}
          <button type="button" class="link" aria-pressed={isReviewed(thread)} onClick={mark}>
            {isReviewed(thread) ? "Reviewed ✓" : "Mark as reviewed"}
          </button>
        </p>
        <SubagentTree threads={subagents} parentId={thread.id} />
        <div class="tabs" role="tablist" aria-label="Views">
          {Object.entries(tabs).map(([value, label]) => (
            <button
              key={value}
              type="button"
              role="tab"
              aria-selected={tab === value}
              onClick={() => setTab(value as Tab)}
            >
              {label}
            </button>
          ))}
        </div>
      </header>
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {tab === "timeline" && (
        <VirtualList
          key={thread.id}
          count={total}
          label="Timeline"
          estimate={120}
          keyOf={keyOf}
          render={render}
          onRange={onRange}
          staysAtEnd={live !== null}
        />
      )}
      {tab === "changes" && <Changes threadId={threadId} lastTurn={turns.at(-1)?.id} stamp={`${rowCount}`} />}
      {tab === "usage" && <UsageView turns={turns} />}
      {tab === "protocol" && <ProtocolView threadId={threadId} />}
      <Requests requests={requests.filter((request) => request.threadId === threadId)} hasControl={hasControl} />
      {hasControl && <ThreadActions thread={thread} isRunning={live !== null} onDone={reload} />}
    </section>
  );
}
