// The state of a thread on the page: the loaded rows, and the running turn.
import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { InspectEvent, ItemView, LiveTurnView, Row, RowsView, ThreadView } from "../../api.js";
import { messageOf, read, RequestError } from "../server/request.js";
import { listen } from "../server/stream.js";

const blockSize = 100;
/** The number of characters that are kept from the end of a streamed text. */
const longestLive = 65_536;
const pollMs = 4_000;

export interface ThreadState {
  view: ThreadView | undefined;
  error: string | undefined;
  rowAt: (index: number) => Row | undefined;
  load: (from: number, to: number) => void;
  reload: () => void;
}

export function useThread(threadId: string): ThreadState {
  const [view, setView] = useState<ThreadView | undefined>(undefined);
  const [error, setError] = useState<string | undefined>(undefined);
  const [, setLoaded] = useState(0);
  const rows = useRef(new Map<number, Row>());
  const blocks = useRef(new Set<number>());
  const stamp = useRef("");

  const reload = useCallback(async () => {
    try {
      const next = await read<ThreadView>(`/threads/${encodeURIComponent(threadId)}`);
      const nextStamp = `${next.rowCount}:${next.thread.updatedAt}:${next.turns.at(-1)?.status}`;
      // The rows of earlier turns do not change.
      if (nextStamp !== stamp.current) blocks.current.clear();
      stamp.current = nextStamp;
      setView(next);
      setError(undefined);
    } catch (error) {
      setError(messageOf(error));
      if (error instanceof RequestError && error.status === 401) return;
    }
  }, [threadId]);

  useEffect(() => {
    rows.current.clear();
    blocks.current.clear();
    stamp.current = "";
    setView(undefined);
    void reload();
  }, [reload]);

  useEffect(
    () =>
      listen((event) => {
        if (event.type === "reset") return void reload();
        if (!("threadId" in event) || event.threadId !== threadId) return;
        if (event.type === "turn.ended" || event.type === "thread") void reload();
        else setView((view) => view && { ...view, live: applied(view.live, event) });
      }),
    [threadId, reload],
  );

  // Another process may run the thread. Only its file shows that.
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") void reload();
    }, pollMs);
    return () => clearInterval(timer);
  }, [reload]);

  const load = useCallback(
    (from: number, to: number) => {
      for (let block = Math.floor(from / blockSize); block * blockSize < to; block += 1) {
        if (blocks.current.has(block)) continue;
        blocks.current.add(block);
        void read<RowsView>(`/threads/${encodeURIComponent(threadId)}/rows`, {
          from: block * blockSize,
          count: blockSize,
        }).then(
          (part) => {
            part.rows.forEach((row, index) => rows.current.set(part.from + index, row));
            setLoaded((count) => count + 1);
          },
          () => blocks.current.delete(block),
        );
      }
    },
    [threadId],
  );
  const rowAt = useCallback((index: number) => rows.current.get(index), []);
  return { view, error, rowAt, load, reload: () => void reload() };
}

function applied(live: LiveTurnView | null, event: InspectEvent): LiveTurnView | null {
  if (event.type === "turn.started") return event.turn;
  if (!live || !("key" in event) || event.key !== live.key) return live;
  if (event.type === "item") return { ...live, items: withItem(live.items, { item: event.item, cuts: event.cuts }) };
  if (event.type === "delta") {
    return {
      ...live,
      items: live.items.map((view) =>
        view.item.id === event.itemId ? appendText(view, event.from, event.text) : view,
      ),
    };
  }
  return live;
}

function withItem(items: ItemView[], view: ItemView): ItemView[] {
  const known = items.findIndex(({ item }) => item.id === view.item.id);
  return known === -1 ? [...items, view] : items.with(known, view);
}

/** Adds text at its offset. */
function appendText({ item, cuts }: ItemView, from: number, added: string): ItemView {
  const [field, path] =
    item.type === "command_execution"
      ? (["aggregated_output", "/aggregated_output"] as const)
      : (["text", "/text"] as const);
  const before = item.type === "command_execution" ? item.aggregated_output : "text" in item ? item.text : "";
  const start = cuts.find((cut) => cut.path === path)?.from ?? 0;
  const all = before.slice(0, Math.max(0, from - start)) + added;
  const dropped = Math.max(0, all.length - longestLive);
  const others = cuts.filter((cut) => cut.path !== path);
  const cut = { path, from: start + dropped, length: start + all.length };
  return {
    item: { ...item, [field]: all.slice(dropped) },
    cuts: cut.from > 0 ? [...others, cut] : others,
  };
}
