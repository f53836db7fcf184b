// Reads the tokens of each turn from the rollouts of a thread. The protocol reports them only for running turns.
import { noUsage, readUsage, subtractUsage } from "../events/usage.js";
import type { Usage } from "../events/events.js";
import { isJsonObject } from "../internal/json.js";
import type { JsonObject } from "../internal/json.js";
import { TurnLedger } from "../usage/turn-ledger.js";
import { unknownUsage } from "../usage/turn-usage.js";
import type { ModelCall, TurnUsage } from "../usage/turn-usage.js";
import { callMarks, CallRecords } from "./call-records.js";
import { readRecords } from "./read-records.js";

/** The usage of a recorded turn. */
export type RecordedTurnUsage = Omit<TurnUsage, "contextWindow">;

/** The key of the thread itself in its ledgers. */
const own = "";

export class RecordedUsage {
  readonly #ledgers = new Map<string, TurnLedger>();
  /** For files of older versions, which record only the thread's total. */
  readonly #growth = new Map<string, Usage>();

  /** Reads the rollout of the thread, or of one that it was forked from. */
  async readThread(file: string): Promise<void> {
    const calls = new CallRecords();
    const totals = new TotalsReader(this.#growth);
    await readRecords(file, [...callMarks, ...totalMarks], (line) => {
      totals.read(line);
      const record = calls.read(line);
      if (record) this.#add(record.turnId, own, record.call);
    });
  }

  /** Reads the rollout of a review, whose requests belong to the turn that requested it. */
  async readReview(file: string, turnId: string): Promise<void> {
    await this.#readForRoots(file, own, (rootTurnId) => rootTurnId === turnId);
  }

  /** Reads the rollout of a sub-agent. */
  async readSubagent(file: string, threadId: string): Promise<void> {
    await this.#readForRoots(file, threadId, () => true);
  }

  of(turnId: string): RecordedTurnUsage {
    const { usage, totalUsage, calls, subagents } = this.#ledgers.get(turnId)?.usage ?? unknownUsage();
    const growth = calls.length === 0 ? (this.#growth.get(turnId) ?? null) : null;
    return { usage: usage ?? growth, calls, subagents, totalUsage: totalUsage ?? growth };
  }

  async #readForRoots(file: string, threadId: string, takes: (rootTurnId: string) => boolean): Promise<void> {
    const calls = new CallRecords();
    await readRecords(file, callMarks, (line) => {
      const record = calls.read(line);
      if (record && takes(record.rootTurnId)) this.#add(record.rootTurnId, threadId, record.call);
    });
  }

  #add(turnId: string, threadId: string, call: ModelCall): void {
    const ledger = this.#ledgers.get(turnId) ?? new TurnLedger(own);
    this.#ledgers.set(turnId, ledger);
    ledger.add(threadId, call);
  }
}

const totalMarks = ['"token_count"', '"task_started"'];

/** A turn's tokens as the growth of the thread's total. */
class TotalsReader {
  readonly #growth: Map<string, Usage>;
  #turnId: string | undefined;
  #before: Usage = noUsage;
  #total: Usage = noUsage;

  constructor(growth: Map<string, Usage>) {
    this.#growth = growth;
  }

  read({ payload }: JsonObject): void {
    if (!isJsonObject(payload)) return;
    if (payload["type"] === "task_started") this.#started(payload);
    else if (payload["type"] === "token_count") this.#counted(payload["info"]);
  }

  #started({ turn_id: turnId }: JsonObject): void {
    this.#turnId = typeof turnId === "string" ? turnId : undefined;
    this.#before = this.#total;
  }

  #counted(info: unknown): void {
    const total = isJsonObject(info) ? readUsage(info["total_token_usage"]) : undefined;
    if (!total) return;
    const growth = subtractUsage(total, this.#before);
    this.#total = total;
    // Codex repeats the last total when a turn starts.
    if (this.#turnId === undefined || growth.input_tokens + growth.output_tokens === 0) return;
    this.#growth.set(this.#turnId, growth);
  }
}
