// The page: the list of threads on the left, the selected thread on the right.
import { useCallback, useEffect, useState } from "preact/hooks";
import type { InspectEvent, OpenRequest, StateView } from "../api.js";
import { messageOf, read } from "./server/request.js";
import { Requests } from "./requests/requests.js";
import { connect, listen } from "./server/stream.js";
import { visible } from "./text/text.js";
import { ThreadList } from "./list/thread-list.js";
import { ThreadView } from "./thread/thread-view.js";

interface Notice {
  id: number;
  text: string;
}

export function App() {
  const [state, setState] = useState<StateView | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const [isConnected, setIsConnected] = useState(true);
  const [requests, setRequests] = useState<OpenRequest[]>([]);
  const [notices, setNotices] = useState<Notice[]>([]);
  const threadId = useRoute();

  const load = useCallback(async () => {
    try {
      const next = await read<StateView>("/state");
      setState(next);
      setRequests(next.requests);
      setError(undefined);
      connect(next.cursor, setIsConnected);
    } catch (error) {
      setError(messageOf(error));
    }
  }, []);
  useEffect(() => {
    void load();
    return listen((event: InspectEvent) => {
      if (event.type === "reset") void load();
      if (event.type === "request")
        setRequests((known) => [...known.filter(({ id }) => id !== event.request.id), event.request]);
      if (event.type === "request.ended") setRequests((known) => known.filter(({ id }) => id !== event.id));
      if (event.type === "notice") {
        setNotices((known) => [...known.slice(-4), { id: (known.at(-1)?.id ?? 0) + 1, text: event.message }]);
      }
    });
  }, [load]);

  if (!state) {
    return (
      <main class="pad">
        <h1>Codex inspector</h1>
        <p role={error === undefined ? "status" : "alert"}>{error ?? "Loading…"}</p>
      </main>
    );
  }
  const elsewhere = requests.filter((request) => request.threadId !== threadId);
  return (
    <main class={threadId === undefined ? "app" : "app has-thread"}>
      <div class="side">
        <header class="bar">
          {threadId === undefined ? <h1 class="brand">Codex inspector</h1> : <span class="brand">Codex inspector</span>}
          <span class="badge">{state.hasControl ? "control" : "read-only"}</span>
          {!isConnected && (
            <span class="badge bad" role="status">
              reconnecting
            </span>
          )}
        </header>
        <ThreadList selected={threadId} />
      </div>
      <div class="content">
        {error !== undefined && (
          <p class="error" role="alert">
            {error}
          </p>
        )}
        {notices.map(({ id, text }) => (
          <p key={id} class="notice-line" role="status">
            {visible(text.slice(0, 1_000))}
            <button type="button" class="link" onClick={() => setNotices((all) => all.filter((one) => one.id !== id))}>
              Dismiss
            </button>
          </p>
        ))}
        {elsewhere.length > 0 && <Requests requests={elsewhere} hasControl={state.hasControl} />}
        {threadId === undefined ? (
          <div class="pad empty">
            <p>Choose a thread.</p>
          </div>
        ) : (
          <ThreadView key={threadId} threadId={threadId} hasControl={state.hasControl} requests={requests} />
        )}
      </div>
    </main>
  );
}

function useRoute(): string | undefined {
  const [threadId, setThreadId] = useState(routeOf(location.hash));
  useEffect(() => {
    const change = () => setThreadId(routeOf(location.hash));
    addEventListener("hashchange", change);
    return () => removeEventListener("hashchange", change);
  }, []);
  return threadId;
}

function routeOf(hash: string): string | undefined {
  const [, id] = /^#\/threads\/([\w%-]{1,200})$/.exec(hash) ?? [];
  return id;
}
