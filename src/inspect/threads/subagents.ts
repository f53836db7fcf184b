// Finds the threads of a thread's sub-agents, at any depth.
import type { Codex } from "../../index.js";
import type { SubagentThread } from "../api.js";

const mostThreads = 500;
const longestPreview = 200;

export async function readSubagents(codex: Codex, ancestorThreadId: string): Promise<SubagentThread[]> {
  const threads: SubagentThread[] = [];
  let cursor: string | null = null;
  do {
    const page: Page = await codex.request("thread/list", {
      ancestorThreadId,
      cursor,
      limit: 100,
      useStateDbOnly: true,
    });
    for (const { id, parentThreadId, agentNickname, agentRole, name, preview, status } of page.data) {
      threads.push({
        id,
        parentThreadId,
        nickname: agentNickname,
        role: agentRole,
        name,
        preview: preview.slice(0, longestPreview),
        isRunning: status.type === "active",
      });
    }
    cursor = page.nextCursor;
  } while (cursor !== null && threads.length < mostThreads);
  return threads;
}

type Page = Awaited<ReturnType<typeof list>>;
const list = (codex: Codex) => codex.request("thread/list", {});
