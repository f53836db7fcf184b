// The chat: `useChat` on the routes of codex-sdk.
import { useChat } from "@ai-sdk/react";
import { DefaultChatTransport } from "ai";
import { useEffect, useMemo, useRef, useState } from "react";
import { post } from "./api.js";
import type { History, Message } from "./api.js";
import { MessageView } from "./message.js";

export function Chat({ threadId: opened, history }: { threadId: string | undefined; history: History }) {
  const threadId = useRef(opened);
  const [failure, setFailure] = useState<string>();
  const transport = useMemo(
    () =>
      new DefaultChatTransport<Message>({
        api: "/api/codex/chat",
        // The server has the conversation, so only the new message is sent.
        prepareSendMessagesRequest: ({ messages }) => ({
          body: { threadId: threadId.current, messages: messages.slice(-1) },
        }),
        prepareReconnectToStreamRequest: () => ({
          api: `/api/codex/chat/${threadId.current}/stream?turn=${history.running?.turnId ?? ""}`,
        }),
      }),
    [history],
  );
  const { messages, sendMessage, status, error } = useChat<Message>({
    messages: history.messages,
    transport,
    resume: history.running !== null,
  });
  const known = messages.findLast((message) => message.metadata?.threadId)?.metadata?.threadId;
  useEffect(() => {
    if (known === undefined) return;
    threadId.current = known;
    history_.replaceState(null, "", `#${known}`);
  }, [known]);

  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    // Newer browsers return a promise here, which is not a clean-up function.
    end.current?.scrollIntoView({ block: "end" });
  }, [messages]);

  const isRunning = status === "submitted" || status === "streaming";
  const act = async (action: "stop" | "steer" | "approve", body: object) => {
    try {
      setFailure(undefined);
      if (threadId.current !== undefined) await post(threadId.current, action, body);
    } catch (reason) {
      setFailure((reason as Error).message);
    }
  };
  const submit = (text: string) => (isRunning ? act("steer", { text }) : sendMessage({ text }));
  return (
    <main>
      <header>
        <h1>Codex</h1>
        <span className={`status ${status}`}>{isRunning ? "working" : status}</span>
      </header>
      <section className="messages" aria-live="polite">
        {messages.length === 0 && <p className="hint">Ask Codex to do something in this directory.</p>}
        {messages.map((message) => (
          <MessageView key={message.id} message={message} onApprove={(body) => void act("approve", body)} />
        ))}
        {(failure ?? error?.message) !== undefined && <p className="error">{failure ?? error?.message}</p>}
        <div ref={end} />
      </section>
      <Composer isRunning={isRunning} onSubmit={(text) => void submit(text)} onStop={() => void act("stop", {})} />
    </main>
  );
}

const history_ = window.history;

interface ComposerProps {
  isRunning: boolean;
  onSubmit: (text: string) => void;
  onStop: () => void;
}

function Composer({ isRunning, onSubmit, onStop }: ComposerProps) {
  const [text, setText] = useState("");
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (text.trim() === "") return;
        onSubmit(text);
        setText("");
      }}
    >
      <input
        aria-label="Message"
        placeholder={isRunning ? "Steer the agent while it works…" : "Message Codex…"}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      <button type="submit">{isRunning ? "Steer" : "Send"}</button>
      {isRunning && (
        <button type="button" className="stop" onClick={onStop}>
          Stop
        </button>
      )}
    </form>
  );
}
