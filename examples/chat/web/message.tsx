// One message with its parts. Everything is rendered as text, never as HTML.
import type { ApprovalData } from "codex-sdk/ui";
import type { Message } from "./api.js";

type Part = Message["parts"][number];
type Approve = (body: { approvalId: string; decision: "approve" | "decline" }) => void;

export function MessageView({ message, onApprove }: { message: Message; onApprove: Approve }) {
  return (
    <article className={message.role}>
      {message.parts.map((part, index) => (
        <PartView key={index} part={part} onApprove={onApprove} />
      ))}
      {message.metadata?.usage && message.role === "assistant" && (
        <footer>
          {message.metadata.usage.input_tokens} tokens in, {message.metadata.usage.output_tokens} out
        </footer>
      )}
    </article>
  );
}

function PartView({ part, onApprove }: { part: Part; onApprove: Approve }) {
  switch (part.type) {
    case "text":
      return <p className="text">{part.text}</p>;
    case "reasoning":
      return <p className="reasoning">{part.text}</p>;
    case "dynamic-tool":
      return <Tool part={part} />;
    case "data-plan":
      return (
        <ul className="plan" aria-label="Plan">
          {part.data.steps.map(({ text, completed }) => (
            <li key={text} className={completed ? "done" : ""}>
              {text}
            </li>
          ))}
        </ul>
      );
    case "data-diff":
      return <Diff text={part.data.diff} />;
    case "data-approval":
      return <Approval approval={part.data} onApprove={onApprove} />;
    case "data-steering":
      return <p className="steering">{part.data.text}</p>;
    case "data-notice":
      return <p className="notice">{part.data.message}</p>;
    default:
      return null;
  }
}

function Tool({ part }: { part: Extract<Part, { type: "dynamic-tool" }> }) {
  // Patches are shown as the diff of the turn.
  if (part.toolName === "codex.patch" && part.state === "output-available") return null;
  const isRunning =
    part.state === "input-available" || (part.state === "output-available" && part.preliminary === true);
  const output =
    part.state === "output-available" ? (part.output as { output?: string; exitCode?: number | null }) : undefined;
  const state = isRunning ? "running" : stateOf(part.state, output?.exitCode);
  return (
    <div className="tool">
      <div className="title">
        <code>{part.title ?? part.toolName}</code>
        <span className={`badge ${state}`}>{state}</span>
      </div>
      {output?.output && <pre>{output.output}</pre>}
      {part.state === "output-error" && <p className="error">{part.errorText}</p>}
    </div>
  );
}

function stateOf(state: string, exitCode: number | null | undefined): string {
  if (state === "approval-requested" || state === "approval-responded") return "waiting";
  if (state === "output-denied") return "declined";
  if (state === "output-error") return "failed";
  return exitCode ? `exit ${exitCode}` : "done";
}

function Approval({ approval, onApprove }: { approval: ApprovalData; onApprove: Approve }) {
  const { approvalId, request, status } = approval;
  if (status !== "pending") return null;
  return (
    <div className="approval" role="group" aria-label="Approval">
      <p>{request.reason ?? "Codex asks for your approval."}</p>
      {request.type === "command" && <code>{request.command}</code>}
      <div className="actions">
        <button type="button" onClick={() => onApprove({ approvalId, decision: "approve" })}>
          Approve
        </button>
        <button type="button" className="stop" onClick={() => onApprove({ approvalId, decision: "decline" })}>
          Decline
        </button>
      </div>
    </div>
  );
}

function Diff({ text }: { text: string }) {
  return (
    <pre className="diff" aria-label="Diff">
      {linesOf(text).map((line, index) => (
        <span key={index} className={line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : ""}>
          {line}
          {"\n"}
        </span>
      ))}
    </pre>
  );
}

/** Without git's own headers: the lines with the paths are sufficient. */
function linesOf(diff: string): string[] {
  return diff
    .trimEnd()
    .split("\n")
    .filter((line) => !/^(diff --git|index|new file mode|deleted file mode) /.test(line));
}
