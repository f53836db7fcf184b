// A row of the timeline: a prompt, an item, or the end of a turn.
import type { Row } from "../../api.js";
import { LongText } from "../text/long-text.js";
import { count, duration, line, time, visible } from "../text/text.js";
import { ItemView } from "./item-view.js";
import { SaveAsTest } from "./save-as-test.js";

export function RowView({ row, threadId }: { row: Row; threadId: string }) {
  if (row.kind === "item") return <ItemView {...row} threadId={threadId} />;
  if (row.kind === "end") {
    const { status, error, durationMs, usage } = row;
    return (
      <p class={`turn-end ${status}`}>
        <span class={status === "completed" ? "badge" : "badge bad"}>{status.replaceAll("_", " ")}</span>
        {durationMs !== null && <span>{duration(durationMs)}</span>}
        {usage && (
          <span>
            {count(usage.input_tokens)} tokens in, {count(usage.output_tokens)} out
          </span>
        )}
        {error && <span class="error">{visible(error.message)}</span>}
        <SaveAsTest threadId={threadId} turnId={row.turnId} />
      </p>
    );
  }
  const source = { threadId, turnId: row.turnId, itemId: "" };
  return (
    <article class="card prompt" aria-label="Prompt">
      <header>
        <h2>Prompt</h2>
        {row.startedAt !== null && <span class="meta">{time(row.startedAt)}</span>}
      </header>
      {row.input.map((part, index) =>
        part.type === "text" ? (
          <LongText key={index} text={part.text} path={`/${index}/text`} cuts={row.cuts} source={source} kind="prose" />
        ) : (
          <p key={index} class="meta">
            {part.type} {line(JSON.stringify(part), 160)}
          </p>
        ),
      )}
    </article>
  );
}
