// The frame of a request: its heading, its thread, and the error of a failed answer.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { OpenRequest } from "../../api.js";
import { messageOf, write } from "../server/request.js";

export interface RequestProps<Kind extends OpenRequest["kind"]> {
  open: Extract<OpenRequest, { kind: Kind }>;
  hasControl: boolean;
}

interface FrameProps {
  open: OpenRequest;
  label: string;
  title: string;
  error: string | undefined;
  children: ComponentChildren;
}

export function RequestFrame({ open, label, title, error, children }: FrameProps) {
  return (
    <article class="card request" aria-label={label}>
      <header>
        <h2>{title}</h2>
        <a href={`#/threads/${encodeURIComponent(open.threadId)}`}>{open.isSubagent ? "Sub-agent" : "Thread"}</a>
      </header>
      {children}
      {open.isCut && <p class="error">The request is too large to be shown in full, so it cannot be accepted here.</p>}
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </article>
  );
}

/** Sends an answer once. */
export function useAnswer(id: string) {
  const [error, setError] = useState<string | undefined>(undefined);
  const [isSending, setIsSending] = useState(false);
  const answer = async (body: object) => {
    setIsSending(true);
    setError(undefined);
    try {
      await write(`/requests/${id}`, body);
    } catch (error) {
      setError(messageOf(error));
      setIsSending(false);
    }
  };
  return { answer, error, isSending };
}
