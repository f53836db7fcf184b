// A unified diff.
import { useMemo, useState } from "preact/hooks";
import { parseDiff } from "./diff.js";
import { count, visible } from "./text.js";

const signs = { add: "+", delete: "-", context: " ", file: "", hunk: "", note: "" };
/** The number of lines that are shown first, and that each click adds. */
const step = 2_000;

export function DiffView({ diff }: { diff: string }) {
  const lines = useMemo(() => parseDiff(diff), [diff]);
  const [shown, setShown] = useState(step);
  return (
    <div class="diff" tabIndex={0} role="group" aria-label="Diff">
      {lines.slice(0, shown).map(({ kind, text, before, after }, index) => (
        <div key={index} class={`diff-line ${kind}`}>
          <span class="number" aria-hidden="true">
            {before ?? ""}
          </span>
          <span class="number" aria-hidden="true">
            {after ?? ""}
          </span>
          <span class="sign">{signs[kind]}</span>
          <span class="code">{visible(text)}</span>
        </div>
      ))}
      {lines.length > shown && (
        <button type="button" onClick={() => setShown(shown + step)}>
          Show more of {count(lines.length)} lines
        </button>
      )}
    </div>
  );
}
