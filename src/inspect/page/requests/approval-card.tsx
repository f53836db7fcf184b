// An approval request.
import { useState } from "preact/hooks";
import type { ApprovalRequest } from "../../../index.js";
import { DiffView } from "../text/diff-view.js";
import { line, visible } from "../text/text.js";
import { RequestFrame, useAnswer } from "./request-frame.js";
import type { RequestProps } from "./request-frame.js";

const labels: Record<string, string> = {
  approve: "Approve",
  approve_for_session: "Approve for session",
  approve_always: "Approve always",
  decline: "Decline",
  abort: "Decline and stop",
};

export function ApprovalCard({ open, hasControl }: RequestProps<"approval">) {
  const { id, request, answers } = open;
  const { answer, error, isSending } = useAnswer(id);
  const [reason, setReason] = useState("");
  const title = `Waiting for approval: ${request.type.replaceAll("_", " ")}`;
  return (
    <RequestFrame open={open} label="Approval request" title={title} error={error}>
      <RequestBody request={request} />
      {request.reason !== null && <p class="meta">The agent's reason: {visible(request.reason)}</p>}
      {hasControl && (
        <div class="buttons">
          {answers.map((decision) => (
            <button
              key={decision}
              type="button"
              disabled={isSending}
              onClick={() => answer({ decision, ...(reason !== "" && decision === "decline" && { reason }) })}
            >
              {labels[decision] ?? decision}
            </button>
          ))}
          <label>
            Reason to decline
            <input value={reason} onInput={({ currentTarget }) => setReason(currentTarget.value)} />
          </label>
        </div>
      )}
    </RequestFrame>
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
