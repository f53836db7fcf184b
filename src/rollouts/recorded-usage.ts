// The tokens of each turn, from a thread's rollout. The protocol reports them for running turns only.
import { noUsage, readUsage, subtractUsage } from "../events/usage.js";
import type { Usage } from "../events/events.js";
import { isJsonObject } from "../internal/json.js";
import type { JsonObject } from "../internal/json.js";
import { readRecords } from "./read-records.js";

/** Adds the usage of each turn in `file` to `into`, by turn ID. */
export async function readRecordedUsage(file: string, into: Map<string, Usage>): Promise<void> {
  const reader = new UsageReader(into);
  await readRecords(file, marks, (record) => reader.read(record));
}

/** Records that mention tokens. */
const marks = ['"token_usage_record"', '"token_count"', '"task_started"'];

/** Newer files record the tokens of each turn. In older ones, a turn's tokens are the growth of the thread's total. */
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
    const usage = readUsage(tokens);
    if (typeof turnId !== "string" || !usage) return;
    this.#exact.add(turnId);
    this.#usage.set(turnId, usage);
  }

  #started({ turn_id: turnId }: JsonObject): void {
    this.#turnId = typeof turnId === "string" ? turnId : undefined;
    this.#before = this.#total;
  }

  #counted(info: unknown): void {
    const total = isJsonObject(info) ? readUsage(info["total_token_usage"]) : undefined;
    if (!total) return;
    this.#total = total;
    if (this.#turnId === undefined || this.#exact.has(this.#turnId)) return;
    this.#usage.set(this.#turnId, subtractUsage(total, this.#before));
  }
}
