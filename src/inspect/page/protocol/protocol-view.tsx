// The newest messages between the SDK and Codex, updated live.
import { useEffect, useRef, useState } from "preact/hooks";
import type { ProtocolEntry, ProtocolView as View } from "../../api.js";
import { messageOf, read } from "../server/request.js";
import { count, line, visible } from "../text/text.js";

const maxEntries = 500;
const intervalMs = 1_000;

export function ProtocolView({ threadId }: { threadId: string }) {
  const [isAll, setIsAll] = useState(false);
  const [isPaused, setIsPaused] = useState(false);
  const { entries, isGap, error } = useMessages(isAll ? "" : threadId, isPaused);
  return (
    <div class="scroll pad" tabIndex={0} role="region" aria-label="Protocol">
      <div class="buttons">
        <label>
          <input type="checkbox" checked={isAll} onChange={({ currentTarget }) => setIsAll(currentTarget.checked)} />
          Messages of all threads
        </label>
        <button type="button" aria-pressed={isPaused} onClick={() => setIsPaused(!isPaused)}>
          {isPaused ? "Continue" : "Pause"}
        </button>
      </div>
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
      <p class="meta">
        JSON-RPC messages between this program and Codex since the inspector was started, the newest first. Secrets are
        redacted.{isGap && " Older messages are no longer kept."}
      </p>
      {entries.length === 0 && <p class="meta">No messages.</p>}
      <ul class="protocol">
        {entries.toReversed().map((entry) => (
          <li key={entry.seq}>
            <Message entry={entry} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Message({ entry }: { entry: ProtocolEntry }) {
  const { direction, at, method, text, length } = entry;
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>
        <span class={`badge ${direction}`}>{direction === "sent" ? "→ Codex" : "← Codex"}</span>
        <span class="meta">{at.slice(11, 23)}</span> <strong>{method === null ? "response" : line(method, 100)}</strong>{" "}
        <code class="preview">{line(text, 140)}</code>
      </summary>
      {isOpen && (
        <pre tabIndex={0} aria-label="Message">
          {visible(pretty(text))}
        </pre>
      )}
      {isOpen && length > text.length && <p class="meta">Cut: the message has {count(length)} characters.</p>}
    </details>
  );
}

/** A truncated message is not valid JSON. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function useMessages(threadId: string, isPaused: boolean) {
  const [entries, setEntries] = useState<ProtocolEntry[]>([]);
  const [isGap, setIsGap] = useState(false);
  const [error, setError] = useState<string | undefined>(undefined);
  const last = useRef(0);
  useEffect(() => {
    last.current = 0;
    setEntries([]);
    setIsGap(false);
  }, [threadId]);
  useEffect(() => {
    if (isPaused) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const poll = async () => {
      try {
        const after = last.current;
        const page = await read<View>("/protocol", { after, thread: threadId });
        if (isOver) return;
        last.current = page.last;
        setError(undefined);
        if (page.isGap) setIsGap(true);
        if (page.messages.length > 0) setEntries((known) => [...known, ...page.messages].slice(-maxEntries));
      } catch (error) {
        if (!isOver) setError(messageOf(error));
      }
      if (!isOver) timer = setTimeout(() => void poll(), intervalMs);
    };
    void poll();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [threadId, isPaused]);
  return { entries, isGap, error };
}
