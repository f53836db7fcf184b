// The tree of a thread's sub-agents.
import type { SubagentThread } from "../../api.js";
import { line } from "../text/text.js";

export function SubagentTree({ threads, parentId }: { threads: readonly SubagentThread[]; parentId: string }) {
  const children = threads.filter(({ parentThreadId }) => parentThreadId === parentId);
  if (children.length === 0) return null;
  return (
    <ul class="subagents" aria-label="Sub-agents">
      {children.map((thread) => (
        <li key={thread.id}>
          <a href={`#/threads/${encodeURIComponent(thread.id)}`}>{titleOf(thread)}</a>{" "}
          {thread.role !== null && <span class="badge">{line(thread.role, 40)}</span>}
          {thread.isRunning && <span class="badge live">running</span>}
          <SubagentTree threads={threads.filter(({ id }) => id !== thread.id)} parentId={thread.id} />
        </li>
      ))}
    </ul>
  );
}

function titleOf({ nickname, name, preview, id }: SubagentThread): string {
  const task = line(name ?? preview, 100);
  return [line(nickname ?? "", 40), task].filter((part) => part !== "").join(": ") || id;
}
