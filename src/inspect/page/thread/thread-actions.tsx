// The actions for a thread. Without `--control`, the server rejects them.
import { useState } from "preact/hooks";
import type { ThreadSummary } from "../../api.js";
import { messageOf, write } from "../server/request.js";

export interface ThreadActionsProps {
  thread: ThreadSummary;
  isRunning: boolean;
  onDone: () => void;
}

export function ThreadActions({ thread, isRunning, onDone }: ThreadActionsProps) {
  const [text, setText] = useState("");
  const [error, setError] = useState<string | undefined>(undefined);
  const [isBusy, setIsBusy] = useState(false);
  const act = async (action: string, body: object = {}) => {
    setIsBusy(true);
    setError(undefined);
    try {
      const result = await write<{ threadId?: string }>(`/threads/${encodeURIComponent(thread.id)}/${action}`, body);
      if (result.threadId !== undefined) location.hash = `#/threads/${encodeURIComponent(result.threadId)}`;
      onDone();
      return true;
    } catch (error) {
      setError(messageOf(error));
      return false;
    } finally {
      setIsBusy(false);
    }
  };
  const submit = async (event: Event) => {
    event.preventDefault();
    if (await act(isRunning ? "steer" : "send", { text })) setText("");
  };
  const rename = () => {
    const name = prompt("New name of the thread", thread.name ?? "");
    if (name !== null && name.trim() !== "") void act("rename", { name });
  };
  return (
    <div class="actions">
      {!thread.archived && (
        <form onSubmit={submit}>
          <label>
            <span class="hidden">{isRunning ? "Message for the running turn" : "Message"}</span>
            <textarea
              rows={2}
              placeholder={isRunning ? "Steer the running turn" : "Send a message"}
              value={text}
              onInput={({ currentTarget }) => setText(currentTarget.value)}
            />
          </label>
          <button type="submit" disabled={isBusy || text.trim() === ""}>
            {isRunning ? "Steer" : "Send"}
          </button>
          {isRunning && (
            <button type="button" class="stop" disabled={isBusy} onClick={() => void act("stop")}>
              Stop
            </button>
          )}
        </form>
      )}
      <div class="buttons">
        <button type="button" disabled={isBusy || isRunning} onClick={() => void act("fork")}>
          Fork
        </button>
        <button type="button" disabled={isBusy || thread.archived} onClick={rename}>
          Rename
        </button>
        <button
          type="button"
          disabled={isBusy || isRunning}
          onClick={() => void act(thread.archived ? "resume" : "archive")}
        >
          {thread.archived ? "Restore" : "Archive"}
        </button>
      </div>
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </div>
  );
}
