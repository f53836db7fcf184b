// The tokens of a turn that has just ended, from the end of its thread's rollout.
import { isJsonObject } from "../internal/json.js";
import type { JsonObject } from "../internal/json.js";
import { TurnLedger } from "../usage/turn-ledger.js";
import type { ContextWindow, TurnUsage } from "../usage/turn-usage.js";
import type { Usage } from "../events/events.js";
import { callMarks, CallRecords } from "./call-records.js";
import { childFiles } from "./child-files.js";
import { RolloutTail } from "./rollout-tail.js";

export interface NewestTurn {
  threadId: string;
  file: string;
  /** Where the turn begins in the file. */
  offset: number;
  startedAtMs: number;
}

/** Undefined when no request was recorded. Sub-agents count that the turn itself started. */
export async function readNewestTurn(
  turn: NewestTurn,
): Promise<(TurnUsage & { threadUsage: Usage | null }) | undefined> {
  const { threadId, file, offset, startedAtMs } = turn;
  const ledger = new TurnLedger(threadId);
  const turnIds = new Set<string>();
  let threadUsage: Usage | null = null;
  const read = async (path: string, from: number, owner: string) => {
    const records = new CallRecords();
    await new RolloutTail(path, from).read(marks, (line) => {
      if (owner === threadId) ledger.contextWindow = contextWindowIn(line) ?? ledger.contextWindow;
      const record = records.read(line);
      if (!record) return;
      if (owner === threadId) {
        turnIds.add(record.rootTurnId);
        threadUsage = record.threadUsage;
      }
      if (turnIds.has(record.rootTurnId)) ledger.add(owner, record.call);
    });
  };
  await read(file, offset, threadId);
  const children = await childFiles(file, threadId, { startedAtMs, endedAtMs: Date.now() });
  for (const child of children) await read(child.file, 0, child.threadId);
  const { usage } = ledger;
  return usage.totalUsage === null ? undefined : { ...usage, threadUsage };
}

const marks = [...callMarks, '"token_count"'];

function contextWindowIn({ payload }: JsonObject): ContextWindow | undefined {
  const info = isJsonObject(payload) && payload["type"] === "token_count" ? payload["info"] : undefined;
  const last = isJsonObject(info) ? info["last_token_usage"] : undefined;
  if (!isJsonObject(info) || !isJsonObject(last) || typeof last["total_tokens"] !== "number") return undefined;
  const limit = info["model_context_window"];
  return { used: last["total_tokens"], limit: typeof limit === "number" ? limit : null };
}
