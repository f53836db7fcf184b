// A unified diff.
import { useMemo } from "preact/hooks";
import { parseDiff } from "./diff.js";
import { visible } from "./text.js";

const signs = { add: "+", delete: "-", context: " ", file: "", hunk: "", note: "" };

export function DiffView({ diff }: { diff: string }) {
  const lines = useMemo(() => parseDiff(diff), [diff]);
  return (
    <div class="diff" tabIndex={0} role="group" aria-label="Diff">
      {lines.map(({ kind, text, before, after }, index) => (
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
    </div>
  );
}
