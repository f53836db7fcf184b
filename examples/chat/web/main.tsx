// The page: loads the earlier messages, then shows the chat.
import { StrictMode, useEffect, useState } from "react";
import { createRoot } from "react-dom/client";
import { readHistory } from "./api.js";
import type { History } from "./api.js";
import { Chat } from "./chat.js";

function Page() {
  const [threadId] = useState(location.hash.slice(1));
  const [history, setHistory] = useState<History | undefined>(threadId ? undefined : { messages: [], running: null });
  const [error, setError] = useState<string>();
  useEffect(() => {
    if (threadId) readHistory(threadId).then(setHistory, (reason: unknown) => setError(String(reason)));
  }, [threadId]);
  if (error !== undefined) return <p className="error">{error}</p>;
  return history ? <Chat threadId={threadId || undefined} history={history} /> : <p className="hint">Loading…</p>;
}

const root = document.getElementById("root");
if (root) {
  createRoot(root).render(
    <StrictMode>
      <Page />
    </StrictMode>,
  );
}
