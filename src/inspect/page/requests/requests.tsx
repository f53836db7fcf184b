// Requests for approval that wait for an answer.
import { useState } from "preact/hooks";
import type { ApprovalRequest } from "../../../index.js";
import type { OpenRequest } from "../../api.js";
import { DiffView } from "../text/diff-view.js";
import { messageOf, write } from "../server/request.js";
import { line, visible } from "../text/text.js";

const labels: Record<string, string> = {
  approve: "Approve",
  approve_for_session: "Approve for session",
  approve_always: "Approve always",
  decline: "Decline",
  abort: "Decline and stop",
};

export function Requests({ requests, hasControl }: { requests: readonly OpenRequest[]; hasControl: boolean }) {
  return (
    <section aria-label="Waiting for approval" aria-live="polite">
      {requests.map((request) => (
        <RequestCard key={request.id} open={request} hasControl={hasControl} />
      ))}
    </section>
  );
}

function RequestCard({ open, hasControl }: { open: OpenRequest; hasControl: boolean }) {
  const { id, threadId, request, isSubagent, answers, isCut } = open;
  const [reason, setReason] = useState("");
  const [error, setError] = useState<string | undefined>(undefined);
  const [isSending, setIsSending] = useState(false);
  const answer = async (decision: string) => {
    setIsSending(true);
    try {
      await write(`/requests/${id}`, { decision, ...(reason !== "" && decision === "decline" && { reason }) });
    } catch (error) {
      setError(messageOf(error));
      setIsSending(false);
    }
  };
  return (
    <article class="card request" aria-label="Request for approval">
      <header>
        <h2>Waiting for approval: {request.type.replaceAll("_", " ")}</h2>
        <a href={`#/threads/${encodeURIComponent(threadId)}`}>{isSubagent ? "Sub-agent" : "Thread"}</a>
      </header>
      <RequestBody request={request} />
      {request.reason !== null && <p class="meta">The agent's reason: {visible(request.reason)}</p>}
      {isCut && <p class="error">The request is too large to be shown in full, so it cannot be approved here.</p>}
      {hasControl && (
        <div class="buttons">
          {answers.map((decision) => (
            <button key={decision} type="button" disabled={isSending} onClick={() => answer(decision)}>
              {labels[decision] ?? decision}
            </button>
          ))}
          <label>
            Reason to decline
            <input value={reason} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
          </label>
        </div>
      )}
      {error !== undefined && (
        <p class="error" role="alert">
          {error}
        </p>
      )}
    </article>
  );
}

function RequestBody({ request }: { request: ApprovalRequest }) {
  switch (request.type) {
    case "command":
    case "stdin":
      return (
        <>
          <pre class="command" tabIndex={0} aria-label="Command line">
            {visible(request.command)}
          </pre>
          {request.type === "command" && request.always && (
            <p class="meta">"Always" would allow: {visible(request.always.join(" "))}</p>
          )}
          {request.type === "command" && request.permissions && <pre>{visible(json(request.permissions.raw))}</pre>}
        </>
      );
    case "file_change":
      return (
        <>
          {request.changes.map(({ path, kind, diff }, index) => (
            <section key={index}>
              <p class="path">
                {kind} <code>{line(path, 400)}</code>
              </p>
              {diff !== undefined && <DiffView diff={diff} />}
            </section>
          ))}
          {request.grantRoot !== null && <p class="meta">Would make writable: {line(request.grantRoot, 400)}</p>}
        </>
      );
    default: {
      const { answers: _answers, reason: _reason, ...rest } = request;
      return (
        <pre tabIndex={0} aria-label="Request">
          {visible(json(rest))}
        </pre>
      );
    }
  }
}

function json(value: unknown): string {
  return JSON.stringify(value, null, 2);
}
