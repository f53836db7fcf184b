// Finds the calls in a rollout without an output: Codex exited before it could record one.
import { createReadStream } from "node:fs";
import type { Usage } from "../events/events.js";
import { readUsage } from "../events/usage.js";
import { isJsonObject } from "../internal/json.js";
import type { JsonObject } from "../internal/json.js";
import { LineSplitter } from "../process/child/line-splitter.js";
import { parseRecord } from "./read-records.js";

export interface UnansweredCall {
  callId: string;
  name: string;
  arguments: string;
  isCustom: boolean;
  /** What Codex recorded of the call's end for display; null if it did not record an end. */
  result: string | null;
}

export interface RecordedCompletion {
  turnId: string;
  finalResponse: string;
  usage: Usage | null;
}

export interface RecordedCalls {
  /** Whether a prompt was recorded. */
  hasPrompt: boolean;
  /** The end of the last turn, if it is recorded as completed with an answer. */
  completed: RecordedCompletion | null;
  calls: UnansweredCall[];
}

/** Reads the complete lines of a rollout after its first `start` bytes. A missing file has none. */
export async function readCalls(file: string, start: number): Promise<RecordedCalls> {
  const reader = new CallReader();
  const splitter = new LineSplitter((line) => {
    const record = parseRecord(line);
    if (isJsonObject(record?.["payload"])) reader.read(record["payload"]);
  });
  try {
    for await (const chunk of createReadStream(file, { start })) splitter.push(chunk as Uint8Array);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  }
  return { hasPrompt: reader.hasPrompt, completed: reader.completed, calls: [...reader.open.values()] };
}

class CallReader {
  hasPrompt = false;
  completed: RecordedCompletion | null = null;
  #usage: Usage | null = null;
  readonly open = new Map<string, UnansweredCall>();
  readonly #ended = new Map<string, string>();

  read(payload: JsonObject): void {
    const { type, call_id: callId, item } = payload;
    if (type === "item_completed" && isJsonObject(item)) return this.#readItem(item);
    if (type === "task_started") [this.completed, this.#usage] = [null, null];
    if (type === undefined && isJsonObject(payload["turn_token_usage"])) {
      this.#usage = readUsage(payload["turn_token_usage"]) ?? null;
    }
    if (type === "task_complete") return this.#readCompletion(payload);
    if (typeof type !== "string" || typeof callId !== "string") return;
    if (type.endsWith("_call")) this.#readCall(type, callId, payload);
    else if (type.endsWith("_output")) this.open.delete(callId);
  }

  #readCompletion({ turn_id: turnId, last_agent_message: answer }: JsonObject): void {
    // A failed turn does not have an answer.
    if (typeof turnId !== "string" || typeof answer !== "string") return;
    this.completed = { turnId, finalResponse: answer, usage: this.#usage };
  }

  #readCall(type: string, callId: string, payload: JsonObject): void {
    const { name, arguments: given, input, action } = payload;
    const callInput = given ?? input ?? action;
    this.open.set(callId, {
      callId,
      name: typeof name === "string" ? name : type,
      arguments: typeof callInput === "string" ? callInput : JSON.stringify(callInput ?? null),
      isCustom: type === "custom_tool_call",
      result: this.#ended.get(callId) ?? null,
    });
  }

  #readItem(item: JsonObject): void {
    const { type, id } = item;
    if (type === "UserMessage") this.hasPrompt = true;
    if (typeof id !== "string") return;
    const result = resultOf(item);
    if (result === undefined) return;
    this.#ended.set(id, result);
    const call = this.open.get(id);
    if (call) call.result = result;
  }
}

/** The result of a call's item; undefined for other items. */
function resultOf(item: JsonObject): string | undefined {
  const { type, aggregated_output: output, exit_code: exitCode, status } = item;
  if (type === "CommandExecution" && typeof exitCode === "number") {
    return `Exit code: ${exitCode}\nOutput:\n${typeof output === "string" ? output : ""}`;
  }
  return type === "FileChange" && typeof status === "string" ? `The patch ended: ${status}.` : undefined;
}
