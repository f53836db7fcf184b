// One thread: its timeline, its changes and its tokens.
import { useCallback, useEffect, useMemo, useState } from "preact/hooks";
import type { ItemView as Item, OpenRequest, Row, ThreadSummary } from "../../api.js";
import { ItemView } from "./item-view.js";
import { LongText } from "../text/long-text.js";
import { isReviewed, setReviewed } from "../list/reviewed.js";
import { messageOf, read } from "../server/request.js";
import { Requests } from "../requests/requests.js";
import { count, duration, line, plural, time, visible } from "../text/text.js";
import { ThreadActions } from "./thread-actions.js";
import { titleOf } from "../list/thread-list.js";
import { UsagePlot } from "../plots/usage-plot.js";
import { useThread } from "./use-thread.js";
import { VirtualList } from "./virtual-list.js";

const tabs = { timeline: "Timeline", changes: "Changes", usage: "Tokens" };
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
          sticks={live !== null}
        />
      )}
      {tab === "changes" && <Changes threadId={threadId} lastTurn={turns.at(-1)?.id} stamp={`${rowCount}`} />}
      {tab === "usage" && (
        <div class="scroll pad" tabIndex={0} role="region" aria-label="Tokens">
          <UsagePlot turns={turns} />
        </div>
      )}
      <Requests requests={requests.filter((request) => request.threadId === threadId)} hasControl={hasControl} />
      {hasControl && <ThreadActions thread={thread} isRunning={live !== null} onDone={reload} />}
    </section>
  );
}

function RowView({ row, threadId }: { row: Row; threadId: string }) {
  if (row.kind === "item") return <ItemView {...row} threadId={threadId} />;
  if (row.kind === "end") {
    const { status, error, durationMs, usage } = row;
    return (
      <p class={`turn-end ${status}`}>
        <span class={status === "completed" ? "badge" : "badge bad"}>{status.replaceAll("_", " ")}</span>
        {durationMs !== null && <span>{duration(durationMs)}</span>}
        {usage && (
          <span>
            {count(usage.input_tokens)} tokens in, {count(usage.output_tokens)} out
          </span>
        )}
        {error && <span class="error">{visible(error.message)}</span>}
        <SaveAsTest threadId={threadId} turnId={row.turnId} />
      </p>
    );
  }
  const source = { threadId, turnId: row.turnId, itemId: "" };
  return (
    <article class="card prompt" aria-label="Prompt">
      <header>
        <h2>Prompt</h2>
        {row.startedAt !== null && <span class="meta">{time(row.startedAt)}</span>}
      </header>
      {row.input.map((part, index) =>
        part.type === "text" ? (
          <LongText key={index} text={part.text} path={`/${index}/text`} cuts={row.cuts} source={source} kind="prose" />
        ) : (
          <p key={index} class="meta">
            {part.type} {line(JSON.stringify(part), 160)}
          </p>
        ),
      )}
    </article>
  );
}

function SaveAsTest({ threadId, turnId }: { threadId: string; turnId: string }) {
  const [error, setError] = useState<string | undefined>(undefined);
  const save = async () => {
    try {
      const { text } = await read<{ text: string }>(`/threads/${encodeURIComponent(threadId)}/script`, {
        turn: turnId,
      });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
      link.download = `turn-${turnId.slice(-8)}.script.ts`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
    } catch (error) {
      setError(messageOf(error));
    }
  };
  return (
    <>
      <button type="button" class="link" onClick={() => void save()}>
        Save as test
      </button>
      {error !== undefined && <span class="error">{error}</span>}
    </>
  );
}

function SubagentTree({ threads, parentId }: { threads: readonly ThreadSummary[]; parentId: string }) {
  const children = threads.filter(({ parentThreadId }) => parentThreadId === parentId);
  if (children.length === 0) return null;
  return (
    <ul class="subagents" aria-label="Sub-agents">
      {children.map((thread) => (
        <li key={thread.id}>
          <a href={`#/threads/${encodeURIComponent(thread.id)}`}>{titleOf(thread)}</a>
          {thread.isRunning && <span class="badge live">running</span>}
          <SubagentTree threads={threads} parentId={thread.id} />
        </li>
      ))}
    </ul>
  );
}

function Changes({ threadId, lastTurn, stamp }: { threadId: string; lastTurn: string | undefined; stamp: string }) {
  const [scope, setScope] = useState<"turn" | "thread">("turn");
  const [items, setItems] = useState<(Item & { turnId: string })[] | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const query = useMemo(
    () => (scope === "turn" && lastTurn !== undefined ? { turn: lastTurn } : {}),
    [scope, lastTurn],
  );
  useEffect(() => {
    read<{ items: (Item & { turnId: string })[] }>(`/threads/${encodeURIComponent(threadId)}/changes`, query).then(
      ({ items }) => setItems(items),
      (error: unknown) => setError(messageOf(error)),
    );
  }, [threadId, query, stamp]);
  return (
    <div class="scroll pad" tabIndex={0} role="region" aria-label="Changes">
      <label class="scope">
        Changes of{" "}
        <select value={scope} onChange={({ currentTarget }) => setScope(currentTarget.value as "turn" | "thread")}>
          <option value="turn">the last turn</option>
          <option value="thread">the thread</option>
        </select>
      </label>
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      {items?.length === 0 && <p class="meta">No file was changed.</p>}
      {items?.map((item) => (
        <ItemView key={`${item.turnId}-${item.item.id}`} {...item} threadId={threadId} />
      ))}
    </div>
  );
}
