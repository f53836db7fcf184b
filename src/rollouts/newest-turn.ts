// The model requests of the newest turn, from its thread's rollout: while the turn runs, and when it has ended.
import { isJsonObject } from "../internal/json.js";
import type { JsonObject } from "../internal/json.js";
import type { Usage } from "../events/events.js";
import { CallClock } from "../usage/call-clock.js";
import { TurnLedger } from "../usage/turn-ledger.js";
import type { ContextWindow, ModelCall, TurnUsage } from "../usage/turn-usage.js";
import { callMarks, CallRecords } from "./call-records.js";
import { childFiles } from "./child-files.js";
import { RolloutTail } from "./rollout-tail.js";

export interface NewestTurnOptions {
  threadId: string;
  file: string;
  /** The offset at which the turn begins in the file. */
  offset: number;
  startedAtMs: number;
  /** Receives each request when it is read; `threadId` is that of the turn, or of a sub-agent. */
  onCall?: ((threadId: string, call: ModelCall) => void) | undefined;
}

/** The state of reading one file. */
interface Source {
  tail: RolloutTail;
  records: CallRecords;
  clock: CallClock;
}

export class NewestTurn {
  readonly #options: NewestTurnOptions;
  readonly #ledger: TurnLedger;
  readonly #own: Source;
  readonly #children = new Map<string, Source>();
  /** The turns of the thread since the offset. */
  readonly #turnIds = new Set<string>();
  #threadUsage: Usage | null = null;

  constructor(options: NewestTurnOptions) {
    const { threadId, file, offset, startedAtMs } = options;
    this.#options = options;
    this.#ledger = new TurnLedger(threadId);
    this.#own = toSource(file, offset);
    this.#own.clock.mark(startedAtMs);
  }

  get file(): string {
    return this.#options.file;
  }

  get offset(): number {
    return this.#options.offset;
  }

  /** Undefined if no request was recorded. Includes sub-agents that the turn itself started. */
  get usage(): (TurnUsage & { threadUsage: Usage | null }) | undefined {
    const { usage } = this.#ledger;
    return usage.totalUsage === null ? undefined : { ...usage, threadUsage: this.#threadUsage };
  }

  /** The agent is waiting for the model only. */
  mark(atMs: number): void {
    this.#own.clock.mark(atMs);
  }

  /** Reads what was recorded since the last time. */
  async read(): Promise<void> {
    const { threadId, file, startedAtMs } = this.#options;
    await this.#readSource(this.#own, threadId);
    const children = await childFiles(file, threadId, { startedAtMs, endedAtMs: Date.now() });
    for (const child of children) {
      const source = this.#children.get(child.threadId) ?? toSource(child.file, 0);
      this.#children.set(child.threadId, source);
      await this.#readSource(source, child.threadId);
    }
  }

  #readSource({ tail, records, clock }: Source, owner: string): Promise<void> {
    const isOwn = owner === this.#options.threadId;
    return tail.read(marks, (line) => {
      if (isOwn) this.#ledger.contextWindow = contextWindowIn(line) ?? this.#ledger.contextWindow;
      const record = records.read(line);
      if (!record) return;
      if (isOwn) {
        this.#turnIds.add(record.rootTurnId);
        this.#threadUsage = record.threadUsage;
      }
      if (!this.#turnIds.has(record.rootTurnId)) return;
      const { completedAt } = record.call;
      const startedAtMs = completedAt && clock.startOf(completedAt.getTime());
      const call = { ...record.call, startedAt: startedAtMs === null ? null : new Date(startedAtMs) };
      this.#ledger.add(owner, call);
      this.#options.onCall?.(owner, call);
    });
  }
}

function toSource(file: string, offset: number): Source {
  return { tail: new RolloutTail(file, offset), records: new CallRecords(), clock: new CallClock() };
}

const marks = [...callMarks, '"token_count"'];

function contextWindowIn({ payload }: JsonObject): ContextWindow | undefined {
  const info = isJsonObject(payload) && payload["type"] === "token_count" ? payload["info"] : undefined;
  const last = isJsonObject(info) ? info["last_token_usage"] : undefined;
  if (!isJsonObject(info) || !isJsonObject(last) || typeof last["total_tokens"] !== "number") return undefined;
  const limit = info["model_context_window"];
  return { used: last["total_tokens"], limit: typeof limit === "number" ? limit : null };
}
