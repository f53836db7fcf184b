// Tracks the model requests of all threads of one connection, and assigns each to its turn.
import type { Usage } from "../../events/events.js";
import { TurnLedger } from "../../usage/turn-ledger.js";
import type { ModelCall, TurnUsage } from "../../usage/turn-usage.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import type { ThreadItem } from "../protocol/v2/ThreadItem.js";
import type { Turn } from "../protocol/v2/Turn.js";
import { callMarks, CallRecords } from "../../rollouts/call-records.js";
import { childFiles } from "../../rollouts/child-files.js";
import { RolloutTail } from "../../rollouts/rollout-tail.js";
import { ThreadMeter } from "./thread-meter.js";
import type { LoadedThread } from "./thread-meter.js";

/** `threadId` is the thread that sent the request: the turn's own, or a sub-agent's. */
export type CallListener = (threadId: string, call: ModelCall) => void;

export class UsageMonitor {
  readonly #findPath: (threadId: string) => Promise<string | null>;
  readonly #meters = new Map<string, ThreadMeter>();
  /** The root turn of each running turn. */
  readonly #roots = new Map<string, string>();
  readonly #turns = new Map<string, TurnMeter>();
  /** The models with which sub-agents were started. */
  readonly #models = new Map<string, string>();

  /** `findPath` asks Codex for a thread's file. */
  constructor(findPath: (threadId: string) => Promise<string | null>) {
    this.#findPath = findPath;
  }

  /** Codex has started or resumed a thread. */
  load(threadId: string, loaded: LoadedThread): void {
    this.#meters.set(threadId, new ThreadMeter(loaded));
  }

  /** Where the next turn of a loaded thread begins in the thread's file. */
  fileEnd(threadId: string): ThreadMeter["fileEnd"] {
    return this.#meters.get(threadId)?.fileEnd;
  }

  /** Tracks a turn until it is closed and its sub-agents have ended. */
  open(threadId: string, turnId: string, onCall: CallListener): TurnMeter {
    const turn = new TurnMeter(threadId, turnId, {
      meterOf: (id) => this.#meterOf(id, turnId),
      read: (id) => this.#readRecords(id),
      onCall,
      onEnd: () => this.#turns.delete(turnId),
    });
    this.#turns.set(turnId, turn);
    return turn;
  }

  read({ method, params }: ServerNotification): void {
    switch (method) {
      case "turn/started":
        return this.#started(params.threadId, params.turn);
      case "turn/completed":
        return this.#completed(params.threadId, params.turn);
      case "item/completed":
        return this.#itemCompleted(params.threadId, params.item);
      case "rawResponse/completed": {
        const meter = this.#meterOf(params.threadId, this.#rootOf(params.turnId));
        // Requests that are read from the file must not be counted twice.
        if (!meter.reportsResponses) return;
        const call = meter.response(params.responseId, params.usage, Date.now());
        return this.#add(this.#rootOf(params.turnId), params.threadId, call);
      }
      case "thread/tokenUsage/updated": {
        const root = this.#rootOf(params.turnId);
        const meter = this.#meterOf(params.threadId, root);
        const call = meter.report(params.tokenUsage, Date.now());
        this.#turns.get(root)?.report(params.threadId, meter);
        if (call) this.#add(root, params.threadId, call);
        if (!meter.reportsResponses && this.#turns.has(root)) void this.#readRecords(params.threadId);
        return;
      }
      case "model/rerouted":
        this.#meterOf(params.threadId, this.#rootOf(params.turnId)).model = params.toModel;
        return;
      case "thread/closed":
        this.#meters.delete(params.threadId);
        return;
      default:
    }
  }

  #started(threadId: string, { id, rootTurnId }: Turn): void {
    const root = rootTurnId ?? id;
    this.#roots.set(id, root);
    this.#meterOf(threadId, root).clock.mark(Date.now());
    this.#turns.get(root)?.started(threadId, id);
  }

  #completed(threadId: string, { id, rootTurnId }: Turn): void {
    this.#roots.delete(id);
    this.#meters.get(threadId)?.settle();
    this.#turns.get(rootTurnId ?? id)?.completed(id);
  }

  #itemCompleted(threadId: string, item: ThreadItem): void {
    if (item.type === "collabAgentToolCall" && item.model) {
      for (const id of item.receiverThreadIds) this.#models.set(id, item.model);
    }
    if (!isOutput(item)) this.#meters.get(threadId)?.clock.mark(Date.now());
  }

  #add(rootTurnId: string, threadId: string, call: ModelCall): void {
    this.#turns.get(rootTurnId)?.add(threadId, call);
  }

  #rootOf(turnId: string): string {
    return this.#roots.get(turnId) ?? turnId;
  }

  /** A sub-agent's requests are reported in the same way as those of its parent turn. */
  #meterOf(threadId: string, rootTurnId: string): ThreadMeter {
    const known = this.#meters.get(threadId);
    if (known) return known;
    const parent = this.#meters.get(this.#turns.get(rootTurnId)?.threadId ?? "");
    const loaded = {
      reportsResponses: parent?.reportsResponses ?? false,
      path: null,
      model: this.#models.get(threadId) ?? parent?.model ?? null,
      serviceTier: null,
    };
    const meter = new ThreadMeter(loaded, () => this.#findPath(threadId));
    this.#meters.set(threadId, meter);
    return meter;
  }

  async #readRecords(threadId: string): Promise<void> {
    const meter = this.#meters.get(threadId);
    // If Codex has exited, it cannot report the path of the file.
    await meter?.readRecords((root, call) => this.#add(root, threadId, call)).catch(() => undefined);
  }
}

interface TurnMeterContext {
  meterOf(threadId: string): ThreadMeter;
  read(threadId: string): Promise<void>;
  onCall: CallListener;
  onEnd(): void;
}

/** The requests of one turn. */
export class TurnMeter {
  readonly threadId: string;
  readonly #turnId: string;
  readonly #context: TurnMeterContext;
  readonly #ledger: TurnLedger;
  readonly #startedAtMs = Date.now();
  /** Running turns of sub-agents. */
  readonly #running = new Set<string>();
  readonly #subagents = new Set<string>();
  #hasReview = false;
  #isClosed = false;

  constructor(threadId: string, turnId: string, context: TurnMeterContext) {
    this.threadId = threadId;
    this.#turnId = turnId;
    this.#context = context;
    this.#ledger = new TurnLedger(threadId);
  }

  get usage(): TurnUsage {
    return this.#ledger.usage;
  }

  /** The tokens of the conversation; null if none were reported. */
  get threadUsage(): Usage | null {
    return this.#context.meterOf(this.threadId).threadUsage;
  }

  add(threadId: string, call: ModelCall): void {
    if (!this.#isClosed) this.#ledger.add(threadId, call);
    this.#context.onCall(threadId, call);
  }

  report(threadId: string, { contextWindow }: ThreadMeter): void {
    if (threadId === this.threadId) this.#ledger.contextWindow = contextWindow;
  }

  started(threadId: string, turnId: string): void {
    if (threadId !== this.threadId) {
      this.#subagents.add(threadId);
      this.#running.add(turnId);
    } else if (turnId !== this.#turnId) {
      this.#hasReview = true;
    }
  }

  completed(turnId: string): void {
    this.#running.delete(turnId);
    this.#endIfDone();
  }

  /** Adds requests that Codex recorded but did not report. */
  async settle(): Promise<void> {
    const own = this.#context.meterOf(this.threadId);
    if (own.reportsResponses) return;
    await Promise.all([this.threadId, ...this.#subagents].map((threadId) => this.#context.read(threadId)));
    if (this.#hasReview) await this.#readReview(own);
  }

  /** The turn's usage is final. Requests of sub-agents that continue still reach the listener. */
  close(): void {
    this.#isClosed = true;
    this.#endIfDone();
  }

  #endIfDone(): void {
    if (this.#isClosed && this.#running.size === 0) this.#context.onEnd();
  }

  async #readReview(own: ThreadMeter): Promise<void> {
    const file = await own.path;
    if (file === null) return;
    const span = { startedAtMs: this.#startedAtMs, endedAtMs: Date.now() };
    for (const child of await childFiles(file, this.threadId, span)) {
      if (!child.isReview) continue;
      const records = new CallRecords(own.model);
      await new RolloutTail(child.file, 0).read(callMarks, (line) => {
        const record = records.read(line);
        if (record?.rootTurnId === this.#turnId) this.add(this.threadId, record.call);
      });
    }
  }
}

/** Items that the model itself produces, as opposed to items that it waits for. */
function isOutput({ type }: ThreadItem): boolean {
  return type === "agentMessage" || type === "reasoning" || type === "userMessage" || type === "plan";
}
