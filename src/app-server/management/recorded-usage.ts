// Each turn's tokens, out of a thread's file: the protocol tells them of a live turn only.
import type { Usage } from "../../events/events.js";
import { isJsonObject } from "../../internal/json.js";
import type { JsonObject } from "../../internal/json.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "../errors/rpc-error.js";
import type { Thread } from "../protocol/v2/Thread.js";
import { readRollout } from "../thread/rollout-lines.js";
import { noUsage, subtract } from "../turn/usage.js";

/** How far back forks of forks are followed. */
const mostForks = 50;

/** By turn id. A fork's early turns are in the file of the thread that it was forked from. */
export async function recordedUsage(connection: Connection, thread: Thread): Promise<Map<string, Usage>> {
  const usage = new Map<string, Usage>();
  let source: Thread | undefined = thread;
  for (let forks = 0; source && forks < mostForks; forks++) {
    if (source.path !== null) await readUsage(source.path, usage);
    source = source.forkedFromId === null ? undefined : await readRecord(connection, source.forkedFromId);
  }
  return usage;
}

async function readRecord(connection: Connection, threadId: string): Promise<Thread | undefined> {
  try {
    return (await connection.request("thread/read", { threadId })).thread;
  } catch (error) {
    if (error instanceof RpcError) return undefined;
    throw error;
  }
}

async function readUsage(file: string, into: Map<string, Usage>): Promise<void> {
  const reader = new UsageReader(into);
  await readRollout(file, marks, (record) => reader.read(record));
}

/** Kinds of lines that say something about tokens; others are not worth parsing. */
const marks = ['"token_usage_record"', '"token_count"', '"task_started"'];

/** Newer files say each turn's tokens; of older ones it is what the conversation's sum grew by. */
class UsageReader {
  readonly #usage: Map<string, Usage>;
  readonly #exact = new Set<string>();
  #turnId: string | undefined;
  #before = noUsage;
  #total = noUsage;

  constructor(usage: Map<string, Usage>) {
    this.#usage = usage;
  }

  read(record: JsonObject): void {
    const payload = record["payload"];
    if (!isJsonObject(payload)) return;
    if (record["type"] === "token_usage_record") this.#recorded(payload);
    else if (payload["type"] === "task_started") this.#started(payload);
    else if (payload["type"] === "token_count") this.#counted(payload["info"]);
  }

  #recorded({ turn_id: turnId, turn_token_usage: tokens }: JsonObject): void {
    const usage = toUsage(tokens);
    if (typeof turnId !== "string" || !usage) return;
    this.#exact.add(turnId);
    this.#usage.set(turnId, usage);
  }

  #started({ turn_id: turnId }: JsonObject): void {
    this.#turnId = typeof turnId === "string" ? turnId : undefined;
    this.#before = this.#total;
  }

  #counted(info: unknown): void {
    const total = isJsonObject(info) ? toUsage(info["total_token_usage"]) : undefined;
    if (!total) return;
    this.#total = total;
    if (this.#turnId === undefined || this.#exact.has(this.#turnId)) return;
    this.#usage.set(this.#turnId, subtract(total, this.#before));
  }
}

function toUsage(tokens: unknown): Usage | undefined {
  if (!isJsonObject(tokens)) return undefined;
  const count = (name: string) => (typeof tokens[name] === "number" ? tokens[name] : 0);
  return {
    input_tokens: count("input_tokens"),
    cached_input_tokens: count("cached_input_tokens"),
    cache_write_input_tokens: count("cache_write_input_tokens"),
    output_tokens: count("output_tokens"),
    reasoning_output_tokens: count("reasoning_output_tokens"),
  };
}
