// A conversation as a Restate virtual object.
import * as restate from "@restatedev/restate-sdk";
import { CodexError } from "../index.js";
import type { OutputSchema, Thread, ThreadOptions, TurnOnceOptions, OnceOutcome, WorkerLossPolicy } from "../index.js";
import { isWorthRepeating, LiveTurn } from "./live-turn.js";
import type { LiveTurnOptions, Message, Step } from "./live-turn.js";
import type { ApproveRequest, CodexThreadOptions, OpenRequest, RunRequest, RunSummary, ThreadState } from "./types.js";

/** What the object keeps. `invocation` is where messages for the running turn go. */
interface Kept {
  threadId: string;
  turn: { turnKey: string; invocation: string; request: OpenRequest | null };
}

type Answer = ApproveRequest & { type: "answer" };
type Sent = Message | Answer;
const inbox = "message";
const longestBusyWaitMs = 1_000;

/**
 * A virtual object for conversations, keyed by the application's own ID of a conversation. Its handlers: `run` runs a turn
 * and resolves with a summary; `steer`, `interrupt`, `approve` and `state` respond while a turn runs.
 *
 * A prompt is sent at most once, and a turn that waits for an approval does not need a worker. Not guaranteed: the effects
 * of commands, see `runTurnOnce`.
 */
export function codexThread(options: CodexThreadOptions) {
  const { name = "codex-thread", parkAfterMs = 30_000, inactivityTimeoutMs = 60_000 } = options;
  const { abortTimeoutMs = 24 * 3_600_000 } = options;
  const worker = new Worker(options);
  // Activity keeps the connection of a running turn open, so that messages reach it.
  const heartbeatMs = Math.max(100, Math.floor(inactivityTimeoutMs / 3));

  async function run(ctx: restate.ObjectContext, given: RunRequest): Promise<RunSummary> {
    const request = checkRun(given);
    const turnKey = request.turnKey ?? ctx.request().id;
    let threadId = await ctx.get<string>("threadId");
    if (threadId === null) {
      threadId = await ctx.run("create thread", () => worker.create(ctx.key));
      ctx.set("threadId", threadId);
    }
    const turn = new DurableTurn(ctx, { worker, threadId, turnKey, request, parkAfterMs, heartbeatMs });
    try {
      return toSummary(await turn.run(options.onWorkerLoss ?? "fail"));
    } finally {
      ctx.clear("turn");
    }
  }

  return restate.object({
    name,
    handlers: {
      run: restate.handlers.object.exclusive(run),
      /** Adds input to the running turn. @returns whether a turn was running. */
      steer: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext, input: string) => {
        if (typeof input !== "string" || input === "") throw badRequest("`steer` takes a text.");
        return send(ctx, { id: ctx.rand.uuidv4(), type: "steer", input });
      }),
      /** Ends the running turn and its commands. @returns whether a turn was running. */
      interrupt: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext) =>
        send(ctx, { id: ctx.rand.uuidv4(), type: "interrupt" }),
      ),
      /** Answers an open request. @returns whether it was open. */
      approve: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext, answer: ApproveRequest) => {
        const { id, decision, reason } = checkAnswer(answer);
        const turn = await ctx.get<Kept["turn"]>("turn");
        return turn?.request?.id === id && send(ctx, { id, type: "answer", decision, reason });
      }),
      state: restate.handlers.object.shared(async (ctx: restate.ObjectSharedContext): Promise<ThreadState> => {
        const [threadId, turn] = [await ctx.get<string>("threadId"), await ctx.get<Kept["turn"]>("turn")];
        const request = turn?.request ?? null;
        const status = turn === null ? "idle" : request === null ? "running" : "waiting";
        return { status, threadId, turnKey: turn?.turnKey ?? null, request };
      }),
    },
    options: { inactivityTimeout: inactivityTimeoutMs, abortTimeout: abortTimeoutMs },
  });
}

async function send(ctx: restate.ObjectSharedContext, message: Sent): Promise<boolean> {
  const turn = await ctx.get<Kept["turn"]>("turn");
  if (!turn) return false;
  ctx.invocation(restate.InvocationIdParser.fromString(turn.invocation)).signal<Sent>(inbox).resolve(message);
  return true;
}

interface DurableTurnOptions {
  worker: Worker;
  threadId: string;
  turnKey: string;
  request: RunRequest;
  parkAfterMs: number;
  heartbeatMs: number;
}

/** The steps of one turn. Everything here runs again when the handler is replayed. */
class DurableTurn {
  readonly #ctx: restate.ObjectContext;
  readonly #options: DurableTurnOptions;
  #key: string;
  #message: restate.RestatePromise<Sent> | undefined;
  #requests = 0;

  constructor(ctx: restate.ObjectContext, options: DurableTurnOptions) {
    this.#ctx = ctx;
    this.#options = options;
    this.#key = options.turnKey;
  }

  async run(onWorkerLoss: WorkerLossPolicy): Promise<OnceOutcome> {
    const { request, turnKey } = this.#options;
    const given = request.options ?? {};
    let work: TurnWork = { input: request.input, ...given, turnKey, onWorkerLoss };
    try {
      for (;;) {
        this.#show(null);
        const step = await this.#whileRunning(this.#start(work));
        if (step.type === "ended") {
          const isLost = step.outcome.status === "interrupted" && step.outcome.reason === "lost";
          if (!isLost || work.onWorkerLoss !== "ask") return { ...step.outcome, turnKey };
          work = { ...work, onWorkerLoss: await this.#askWhetherToContinue(step.outcome) };
          continue;
        }
        work = await this.#waitForApproval(step, work);
      }
    } catch (error) {
      const { worker } = this.#options;
      if (error instanceof restate.CancelledError) await this.#ctx.run("stop", () => worker.stop(this.#key));
      throw error;
    }
  }

  #start(work: TurnWork, granted?: Step & { type: "approval" }): restate.RestatePromise<Step> {
    const { worker, threadId } = this.#options;
    return this.#ctx.run("turn", () => worker.step(threadId, work, granted?.request ?? work.granted));
  }

  /** Delivers messages until the step is done. */
  async #whileRunning(step: restate.RestatePromise<Step>): Promise<Step> {
    const { heartbeatMs, worker } = this.#options;
    let tick = this.#ctx.sleep(heartbeatMs);
    for (;;) {
      const first = await restate.RestatePromise.race([
        step.map(done),
        this.#next().map(received),
        tick.map(() => ({ type: "tick" as const })),
      ]);
      if (first.type === "done") return first.step;
      if (first.type === "tick") tick = this.#ctx.sleep(heartbeatMs);
      else {
        this.#message = undefined;
        if (first.message.type !== "answer") worker.deliver(this.#key, first.message);
      }
    }
  }

  async #waitForApproval(step: Step & { type: "approval" }, work: TurnWork): Promise<TurnWork> {
    const { worker, turnKey, parkAfterMs } = this.#options;
    this.#requests += 1;
    const id = `${turnKey}/${this.#requests}`;
    this.#show({ id, type: "approval", request: step.request });
    const answer = await this.#answerTo(id, parkAfterMs, () => this.#ctx.run("park", () => worker.stop(this.#key)));
    const decision = answer === "interrupt" ? ("abort" as const) : answer.decision;
    const reason = answer === "interrupt" ? undefined : answer.reason;
    const isDelivered = await this.#ctx.run("answer", () =>
      worker.answer(
        this.#key,
        step.id,
        decision === "decline" && reason !== undefined ? { decision, reason } : decision,
      ),
    );
    if (isDelivered) return work;
    // The turn was parked, or lost with its worker while it waited.
    this.#key = id;
    const { input: _, note: __, ...rest } = work;
    return {
      ...rest,
      turnKey: id,
      note: noteOf(decision, reason),
      granted: decision === "approve" ? step.request : undefined,
    };
  }

  async #askWhetherToContinue(outcome: OnceOutcome): Promise<WorkerLossPolicy> {
    this.#requests += 1;
    const id = `${this.#options.turnKey}/${this.#requests}`;
    const unfinishedCalls = outcome.status === "interrupted" ? outcome.unfinishedCalls : [];
    this.#show({ id, type: "worker_lost", unfinishedCalls });
    const answer = await this.#answerTo(id);
    return answer !== "interrupt" && answer.decision === "approve" ? "continue" : "fail";
  }

  /** Waits for as long as it takes, with or without a worker. */
  async #answerTo(id: string, parkAfterMs?: number, park?: () => Promise<unknown>): Promise<Answer | "interrupt"> {
    let timer = parkAfterMs === undefined ? undefined : this.#ctx.sleep(parkAfterMs);
    for (;;) {
      const message = this.#next().map(received);
      const first = timer
        ? await restate.RestatePromise.race([message, timer.map(() => ({ type: "tick" as const }))])
        : await message;
      if (first.type === "tick") {
        timer = undefined;
        await park?.();
        continue;
      }
      this.#message = undefined;
      if (first.message.type === "interrupt") return "interrupt";
      if (first.message.type === "answer" && first.message.id === id) return first.message;
    }
  }

  #next(): restate.RestatePromise<Sent> {
    this.#message ??= this.#ctx.signal<Sent>(inbox);
    return this.#message;
  }

  #show(request: OpenRequest | null): void {
    const turn: Kept["turn"] = { turnKey: this.#options.turnKey, invocation: this.#ctx.request().id, request };
    this.#ctx.set("turn", turn);
  }
}

function done(step?: Step, failure?: restate.TerminalError): { type: "done"; step: Step } {
  if (!step) throw failure ?? new restate.TerminalError("The turn ended without a step.");
  return { type: "done", step };
}

function received(message?: Sent, failure?: restate.TerminalError): { type: "message"; message: Sent } {
  if (!message) throw failure ?? new restate.TerminalError("A message was empty.");
  return { type: "message", message };
}

function noteOf(decision: "approve" | "decline" | "abort", reason: string | undefined): string {
  const because = reason === undefined ? "" : ` Reason: ${reason}`;
  return decision === "approve"
    ? "The turn was paused while your last call waited for an approval, and the call did not run. It is approved now: make exactly the same call again, once."
    : `The turn was paused while your last call waited for an approval. It was declined and did not run.${because}`;
}

type TurnWork = TurnOnceOptions<OutputSchema | undefined> & { granted?: LiveTurnOptions["granted"] };

/** The turns that run in this process. */
class Worker {
  readonly #options: CodexThreadOptions;
  readonly #turns = new Map<string, LiveTurn>();

  constructor(options: CodexThreadOptions) {
    this.#options = options;
  }

  async create(conversation: string): Promise<string> {
    return this.#settled(async () => {
      const thread = this.#options.codex.startThread(this.#threadOptions());
      const id = await thread.create(conversation);
      await thread.release();
      return id;
    });
  }

  /** Runs the turn, or goes on with it, up to its next step. */
  async step(threadId: string, { granted: _, ...turn }: TurnWork, granted: LiveTurnOptions["granted"]): Promise<Step> {
    const { turnKey } = turn;
    return this.#settled(async () => {
      let live = this.#turns.get(turnKey);
      if (!live) {
        live = new LiveTurn({
          openThread: (onApproval) => this.#open(threadId, onApproval),
          turn,
          policy: this.#options.thread?.onApproval,
          waitsForApprovals: this.#options.waitForApprovals ?? false,
          granted,
        });
        this.#turns.set(turnKey, live);
        const forget = () => this.#turns.delete(turnKey);
        live.ended.then(forget, forget);
      }
      return live.next();
    });
  }

  deliver(turnKey: string, message: Message): void {
    void this.#turns.get(turnKey)?.take(message);
  }

  async stop(turnKey: string): Promise<boolean> {
    const live = this.#turns.get(turnKey);
    await live?.stop();
    return live !== undefined;
  }

  async answer(turnKey: string, id: string, answer: Parameters<LiveTurn["answer"]>[1]): Promise<boolean> {
    return this.#turns.get(turnKey)?.answer(id, answer) ?? false;
  }

  #open(threadId: string, onApproval: ThreadOptions["onApproval"]): Thread {
    const asks = this.#options.waitForApprovals === true || this.#options.thread?.onApproval !== undefined;
    return this.#options.codex.resumeThread(threadId, { ...this.#threadOptions(), ...(asks && { onApproval }) });
  }

  #threadOptions(): ThreadOptions {
    return { ...this.#options.thread };
  }

  /** Errors as Restate understands them: repeat the step, or give up. */
  async #settled<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      if (isWorthRepeating(error)) {
        const retryAfter = Math.min(error.retryAfterMs ?? longestBusyWaitMs, longestBusyWaitMs);
        throw restate.RetryableError.from(error, { retryAfter });
      }
      if (!CodexError.isInstance(error)) throw error;
      throw new restate.TerminalError(`${error.code}: ${error.message}`, { errorCode: 400 });
    }
  }
}

function toSummary(outcome: OnceOutcome): RunSummary {
  const { status, turnKey, threadId, turnId, finalResponse, usage } = outcome;
  return {
    status,
    turnKey,
    threadId,
    turnId,
    finalResponse,
    ...(outcome.status === "completed" && { output: outcome.output }),
    usage,
    error: outcome.status === "completed" ? null : outcome.error,
    unfinishedCalls: outcome.status === "interrupted" ? outcome.unfinishedCalls : [],
  };
}

/** What clients may choose. What the agent may do is not among it. */
const clientOptions: ReadonlySet<string> = new Set([
  "model",
  "modelReasoningEffort",
  "timeoutMs",
  "idleTimeoutMs",
  "outputSchema",
]);

function checkRun(request: RunRequest): RunRequest {
  if (typeof request?.input !== "string" || request.input === "") throw badRequest("`input` must be a text.");
  for (const name of Object.keys(request.options ?? {})) {
    if (!clientOptions.has(name)) throw badRequest(`The option ${JSON.stringify(name)} cannot be set by a client.`);
  }
  return request;
}

function checkAnswer(answer: ApproveRequest): ApproveRequest {
  if (typeof answer?.id === "string" && (answer.decision === "approve" || answer.decision === "decline")) return answer;
  throw badRequest('`approve` takes the `id` of an open request, and a `decision`: "approve" or "decline".');
}

function badRequest(message: string): restate.TerminalError {
  return new restate.TerminalError(message, { errorCode: 400 });
}
