// One item of a turn.
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import type { ItemView as Item } from "../../api.js";
import { LongText } from "../text/long-text.js";
import type { TextSource } from "../text/long-text.js";
import { messageOf, read } from "../server/request.js";
import { duration, line, visible } from "../text/text.js";

export function ItemView({ item, cuts, threadId, turnId }: Item & { threadId: string; turnId: string }) {
  const source = { threadId, turnId, itemId: item.id };
  const text = (value: string, path: string, kind: "prose" | "code" | "diff" = "code") => (
    <LongText text={value} path={path} cuts={cuts} source={source} kind={kind} />
  );
  switch (item.type) {
    case "agent_message":
      return (
        <Card title={item.phase === "commentary" ? "Agent, commentary" : "Agent"} kind="message" source={source}>
          {text(item.text, "/text", "prose")}
        </Card>
      );
    case "reasoning":
      return (
        <Card title="Reasoning" kind="quiet" source={source}>
          {text(item.text, "/text", "prose")}
        </Card>
      );
    case "command_execution":
      return (
        <Card title="Command" kind="tool" status={commandStatus(item)} source={source}>
          <pre class="command" tabIndex={0} aria-label="Command line">
            {visible(item.command)}
          </pre>
          {item.aggregated_output !== "" && text(item.aggregated_output, "/aggregated_output")}
          {item.cwd !== undefined && <p class="meta">in {line(item.cwd)}</p>}
        </Card>
      );
    case "file_change":
      return (
        <Card title="File change" kind="tool" status={item.status} source={source}>
          {item.changes.map(({ path, kind, diff, move_path: moved }, index) => (
            <section key={index}>
              <p class="path">
                {kind} <code>{line(path)}</code>
                {moved !== undefined && (
                  <>
                    {" "}
                    moved to <code>{line(moved)}</code>
                  </>
                )}
              </p>
              {diff !== undefined && text(diff, `/changes/${index}/diff`, "diff")}
            </section>
          ))}
        </Card>
      );
    case "mcp_tool_call":
      return (
        <Card
          title={`${line(item.server, 60)}: ${line(item.tool, 80)}`}
          kind="tool"
          status={item.status}
          source={source}
        >
          <Json value={item.arguments} label="Arguments" />
          {item.result && <Json value={item.result.structured_content ?? item.result.content} label="Result" />}
          {item.error && <p class="error">{visible(item.error.message)}</p>}
        </Card>
      );
    case "tool_call":
      return (
        <Card title={`Tool: ${line(item.tool, 80)}`} kind="tool" status={item.status} source={source}>
          <Json value={item.arguments} label="Arguments" />
          {item.result?.map((part, index) =>
            part.type === "text" ? (
              <div key={index}>{text(part.text, `/result/${index}/text`)}</div>
            ) : (
              // URLs from tools are not loaded.
              <p key={index} class="meta">
                {part.type}: {line(part.url, 100)}
              </p>
            ),
          )}
        </Card>
      );
    case "web_search":
      return (
        <Card title="Web search" kind="tool" source={source}>
          <p class="prose">{visible(item.query)}</p>
          {item.action && <Json value={item.action} label="Action" />}
        </Card>
      );
    case "todo_list":
      return (
        <Card title="Plan" kind="quiet" source={source}>
          <ul class="plan">
            {item.items.map(({ text, completed }, index) => (
              <li key={index}>
                {completed ? "☑" : "☐"} {visible(text)}
              </li>
            ))}
          </ul>
        </Card>
      );
    case "error":
      return (
        <Card title="Notice" kind="notice" source={source}>
          {text(item.message, "/message", "prose")}
        </Card>
      );
    case "image_view":
      return (
        <Card title="Image viewed" kind="tool" source={source}>
          <p class="path">
            <code>{line(item.path)}</code>
          </p>
        </Card>
      );
    case "subagent":
      return (
        <Card title={`Sub-agent: ${item.action}`} kind="tool" status={item.status} source={source}>
          {item.prompt !== undefined && text(item.prompt, "/prompt", "prose")}
          <ul>
            {item.thread_ids.map((id) => (
              <li key={id}>
                <a href={`#/threads/${encodeURIComponent(id)}`}>{line(id, 60)}</a>{" "}
                {line(item.agents[id]?.status ?? "", 40)} {line(item.agents[id]?.message ?? "", 200)}
              </li>
            ))}
          </ul>
        </Card>
      );
    case "context_compaction":
      return (
        <Card title="Compaction" kind="quiet" source={source}>
          <p class="prose">The conversation was summarised to make room in the context window.</p>
        </Card>
      );
    default:
      return (
        <Card title="Unknown item" kind="quiet" source={source}>
          <Json value={item} label="Item" />
        </Card>
      );
  }
}

function commandStatus(item: { status: string; exit_code: number | null; duration_ms?: number }): string {
  const time = item.duration_ms === undefined ? "" : `, ${duration(item.duration_ms)}`;
  if (item.status === "in_progress") return "running";
  return item.exit_code === null ? `${item.status}${time}` : `exit ${item.exit_code}${time}`;
}

interface CardProps {
  title: string;
  kind: "message" | "tool" | "quiet" | "notice";
  status?: string;
  source: TextSource;
  children: ComponentChildren;
}

function Card({ title, kind, status, source, children }: CardProps) {
  const [raw, setRaw] = useState<string | undefined>(undefined);
  const toggle = async () => {
    if (raw !== undefined) return setRaw(undefined);
    const { threadId, turnId, itemId } = source;
    try {
      const item = await read<unknown>(`/threads/${threadId}/raw`, { turn: turnId, item: itemId });
      setRaw(JSON.stringify(item, null, 2));
    } catch (error) {
      setRaw(messageOf(error));
    }
  };
  const isBad = status !== undefined && /^(?:failed|declined|interrupted|exit [1-9-])/.test(status);
  return (
    <article class={`card ${kind}`} aria-label={title}>
      <header>
        <h2>{title}</h2>
        {status !== undefined && <span class={isBad ? "badge bad" : "badge"}>{status}</span>}
        <button type="button" class="link" aria-expanded={raw !== undefined} onClick={toggle}>
          Raw
        </button>
      </header>
      {children}
      {raw !== undefined && (
        <pre class="raw" tabIndex={0} aria-label="Raw item">
          {visible(raw.slice(0, 300_000))}
        </pre>
      )}
    </article>
  );
}

function Json({ value, label }: { value: unknown; label: string }) {
  const text = typeof value === "string" ? value : (JSON.stringify(value, null, 2) ?? "");
  if (text === "" || text === "null" || text === "{}") return null;
  return (
    <figure>
      <figcaption>{label}</figcaption>
      <pre tabIndex={0} aria-label={label}>
        {visible(text)}
      </pre>
    </figure>
  );
}
