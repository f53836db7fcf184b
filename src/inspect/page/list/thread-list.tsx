// The list of threads: search, filters, and marks for reviewed threads.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { ThreadListView, ThreadSummary } from "../../api.js";
import { isReviewed, onReviewed } from "./reviewed.js";
import { messageOf, read } from "../server/request.js";
import { listen } from "../server/stream.js";
import { line, time } from "../text/text.js";

const filters = {
  active: "Threads",
  running: "Running",
  unreviewed: "Not reviewed",
  archived: "Archived",
  subagents: "Sub-agents",
};
type Filter = keyof typeof filters;

export function ThreadList({ selected }: { selected: string | undefined }) {
  const [threads, setThreads] = useState<ThreadSummary[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const [error, setError] = useState<string | undefined>(undefined);
  const [search, setSearch] = useState("");
  const [filter, setFilter] = useState<Filter>("active");
  const [isLoading, setIsLoading] = useState(true);
  const request = useRef(0);
  const [, setMarks] = useState(0);
  useEffect(() => onReviewed(() => setMarks((count) => count + 1)), []);

  const load = useCallback(
    async (from: string | null) => {
      request.current += 1;
      const mine = request.current;
      try {
        const page = await read<ThreadListView>("/threads", {
          search,
          archived: filter === "archived" ? 1 : 0,
          subagents: filter === "subagents" ? 1 : 0,
          cursor: from ?? "",
        });
        if (mine !== request.current) return;
        setThreads((known) => (from === null ? page.threads : [...known, ...page.threads]));
        setCursor(page.nextCursor);
        setError(undefined);
      } catch (error) {
        if (mine === request.current) setError(messageOf(error));
      } finally {
        if (mine === request.current) setIsLoading(false);
      }
    },
    [search, filter],
  );
  useEffect(() => {
    setIsLoading(true);
    const timer = setTimeout(() => void load(null), search === "" ? 0 : 250);
    return () => clearTimeout(timer);
  }, [load, search]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const stop = listen((event) => {
      if (
        event.type !== "reset" &&
        event.type !== "thread" &&
        event.type !== "turn.started" &&
        event.type !== "turn.ended"
      )
        return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void load(null);
      }, 500);
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [load]);

  const shown = threads.filter(
    (thread) => (filter !== "running" || thread.isRunning) && (filter !== "unreviewed" || !isReviewed(thread)),
  );
  return (
    <nav class="threads" aria-label="Threads">
      <div class="tools">
        <label>
          <span class="hidden">Search in messages</span>
          <input
            type="search"
            placeholder="Search in messages"
            value={search}
            onInput={({ currentTarget }) => setSearch(currentTarget.value)}
          />
        </label>
        <label>
          <span class="hidden">Filter</span>
          <select value={filter} onChange={({ currentTarget }) => setFilter(currentTarget.value as Filter)}>
            {Object.entries(filters).map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <ul>
        {shown.map((thread) => (
          <li key={thread.id}>
            <a
              href={`#/threads/${encodeURIComponent(thread.id)}`}
              aria-current={thread.id === selected ? "page" : undefined}
            >
              <strong>{titleOf(thread)}</strong>
              {thread.snippet !== undefined && <span class="snippet">{line(thread.snippet)}</span>}
              <span class="meta">
                {thread.isRunning && <span class="badge live">running</span>}
                {isReviewed(thread) && <span class="badge">reviewed</span>}
                {time(thread.updatedAt)} · {line(thread.cwd.split(/[\\/]/).at(-1) ?? "", 40)}
              </span>
            </a>
          </li>
        ))}
      </ul>
      {shown.length === 0 && error === undefined && <p class="meta pad">{isLoading ? "Loading…" : "No threads."}</p>}
      {cursor !== null && (
        <button type="button" class="more" onClick={() => void load(cursor)}>
          More threads
        </button>
      )}
    </nav>
  );
}

export function titleOf({ name, preview, id }: ThreadSummary): string {
  return line(name ?? "", 120) || line(preview, 120) || id;
}
