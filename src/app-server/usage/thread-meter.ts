// Model requests of one thread, as reported on its connection.
import { statSync } from "node:fs";
import type { Usage } from "../../events/events.js";
import { CallClock } from "../../usage/call-clock.js";
import { addUsage, noUsage } from "../../events/usage.js";
import type { ContextWindow, ModelCall } from "../../usage/turn-usage.js";
import type { ThreadTokenUsage } from "../protocol/v2/ThreadTokenUsage.js";
import type { TokenUsageBreakdown } from "../protocol/v2/TokenUsageBreakdown.js";
import { callMarks, CallRecords } from "../../rollouts/call-records.js";
import { ReportedTotal } from "./reported-total.js";
import { RolloutTail } from "../../rollouts/rollout-tail.js";

/** Codex's report of a loaded thread. */
export interface LoadedThread {
  /** Whether Codex reports each response: only for threads that were started, not for resumed ones. */
  reportsResponses: boolean;
  /** The thread's file; null for an ephemeral thread. */
  path?: string | null | undefined;
  model?: string | null | undefined;
  serviceTier?: string | null | undefined;
}

export class ThreadMeter {
  readonly reportsResponses: boolean;
  readonly clock = new CallClock();
  model: string | null;
  contextWindow: ContextWindow | null = null;
  readonly #path: () => Promise<string | null>;
  readonly #loadedPath: string | null;
  readonly #serviceTier: string | null;
  readonly #total = new ReportedTotal();
  #newestTotal: Usage | null = null;
  /** The tokens of the conversation by its own records, which include what the reported total omits. */
  #conversation: Usage | null = null;
  #tail: Promise<RolloutTail | undefined> | undefined;
  #records: CallRecords | undefined;

  constructor(loaded: LoadedThread, findPath?: () => Promise<string | null>) {
    const path = loaded.path ?? null;
    this.reportsResponses = loaded.reportsResponses;
    this.model = loaded.model ?? null;
    this.#serviceTier = loaded.serviceTier ?? null;
    this.#loadedPath = path;
    this.#path = findPath ?? (() => Promise.resolve(path));
    if (!loaded.reportsResponses && path !== null) this.#tail = Promise.resolve(new RolloutTail(path, sizeOf(path)));
  }

  get threadUsage(): Usage | null {
    return this.#conversation ?? this.#newestTotal;
  }

  get path(): Promise<string | null> {
    return this.#path();
  }

  /** The end of the thread's file, where its next turn begins. Undefined for an ephemeral thread. */
  get fileEnd(): { file: string; offset: number } | undefined {
    try {
      return this.#loadedPath === null ? undefined : { file: this.#loadedPath, offset: sizeOf(this.#loadedPath) };
    } catch {
      return undefined; // The file is not readable.
    }
  }

  /** Adds a response that Codex reported individually. */
  response(responseId: string, breakdown: TokenUsageBreakdown | null, atMs: number): ModelCall {
    const usage = breakdown && toUsage(breakdown);
    if (usage) this.#total.response(usage);
    return this.#call(responseId, usage, atMs);
  }

  /** Adds a report of the total. Returns a request that only the total shows: an incomplete response. */
  report({ total, last, modelContextWindow }: ThreadTokenUsage, atMs: number): ModelCall | undefined {
    this.contextWindow = { used: last.totalTokens, limit: modelContextWindow };
    this.#newestTotal = toUsage(total);
    const hidden = this.#total.update(this.#newestTotal);
    return hidden && this.reportsResponses ? this.#call(null, hidden, atMs) : undefined;
  }

  /** The turn has ended. */
  settle(): void {
    this.#total.settle();
  }

  /** Reads the requests that were recorded since the last call, each with its root turn. */
  async readRecords(onCall: (rootTurnId: string, call: ModelCall) => void): Promise<void> {
    this.#tail ??= this.#path().then((path) => (path === null ? undefined : new RolloutTail(path, 0)));
    const tail = await this.#tail;
    this.#records ??= new CallRecords(this.model);
    const records = this.#records;
    await tail?.read(callMarks, (line) => {
      const record = records.read(line);
      if (!record) return;
      const { call, rootTurnId, threadUsage } = record;
      this.#conversation = threadUsage ?? this.#conversation;
      const startedAt = call.completedAt && this.clock.startOf(call.completedAt.getTime());
      onCall(rootTurnId, { ...call, serviceTier: this.#serviceTier, startedAt: toDate(startedAt) });
    });
  }

  #call(responseId: string | null, usage: Usage | null, atMs: number): ModelCall {
    if (usage) this.#conversation = addUsage(this.#conversation ?? noUsage, usage);
    return {
      responseId,
      model: this.model,
      serviceTier: this.#serviceTier,
      usage,
      startedAt: toDate(this.clock.startOf(atMs)),
      completedAt: new Date(atMs),
    };
  }
}

function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms);
}

function toUsage(breakdown: TokenUsageBreakdown): Usage {
  return {
    input_tokens: breakdown.inputTokens,
    cached_input_tokens: breakdown.cachedInputTokens,
    cache_write_input_tokens: breakdown.cacheWriteInputTokens ?? 0,
    output_tokens: breakdown.outputTokens,
    reasoning_output_tokens: breakdown.reasoningOutputTokens,
  };
}

/** The existing part of the file belongs to earlier turns. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
