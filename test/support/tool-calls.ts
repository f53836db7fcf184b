// Threads whose agent has tools of the host, for tests of these tools.
import type { Codex, CodexOptions, Thread, ThreadItem, ThreadOptions, Tool, ToolCallItem } from "../../src/index.js";
import type { Script, ScriptedModel } from "../../src/testing/index.js";
import { warmCodex } from "./workspace.js";

export interface ToolSetup {
  model: ScriptedModel;
  codex: Codex;
  thread: Thread;
  /** The result of each call before the model's n-th request, as the agent reads it. */
  outputs(request: number): string[];
}

export async function threadWithTools(
  script: Script,
  tools: readonly Tool[],
  { codexOptions, ...options }: ThreadOptions & { codexOptions?: CodexOptions } = {},
): Promise<ToolSetup> {
  const { model, codex } = await warmCodex(script, codexOptions);
  const thread = codex.startThread(model.threadOptions({ ...options, tools }));
  return { model, codex, thread, outputs: (request) => outputsOf(model, request) };
}

export function outputsOf(model: ScriptedModel, request: number): string[] {
  return model.requests[request - 1]?.newOutputs.map(({ text }) => text) ?? [];
}

/** In the order in which the model made them: concurrent calls end in any order. */
export function toolCalls(items: readonly ThreadItem[]): ToolCallItem[] {
  const calls = items.filter((item) => item.type === "tool_call");
  return calls.toSorted((a, b) => a.id.localeCompare(b.id, "en", { numeric: true }));
}
