// One turn as a Restate handler. When Restate replays the handler, all of this code runs again with the journal's
// results.
import * as restate from "@restatedev/restate-sdk";
import type { OnceOutcome, WorkerLossPolicy } from "../index.js";
import type { Step } from "./live-turn.js";
import { toSummary } from "./summary.js";
import { TurnInbox } from "./turn-inbox.js";
import type { Message } from "./turn-inbox.js";
import type { OpenRequest, RunRequest, RunSummary } from "./types.js";
import type { TurnAddress, TurnWork, Worker } from "./worker.js";

export interface DurableTurnOptions {
  /** The name of the virtual object. */
  service: string;
  worker: Worker;
  threadId: string;
  turnKey: string;
  request: RunRequest;
  onWorkerLoss: WorkerLossPolicy;
  parkAfterMs: number;
  heartbeatMs: number;
}

/** The state of a running turn in the virtual object. Messages are sent to `invocation`. */
export interface PublishedTurn {
  turnKey: string;
  invocation: string;
  request: OpenRequest | null;
}

type Answer = Extract<Message, { type: "answer" }>;
type ApprovalStep = Extract<Step, { type: "approval" }>;
/** The result of a step: the end of the turn, or further work. */
type Next = { outcome: OnceOutcome } | { work: TurnWork };

export class DurableTurn {
  readonly #ctx: restate.ObjectContext;
  readonly #options: DurableTurnOptions;
  readonly #inbox: TurnInbox;
  #requests = 0;
  #eventsAfter: string | undefined;

  constructor(ctx: restate.ObjectContext, options: DurableTurnOptions) {
    this.#ctx = ctx;
    this.#options = options;
    this.#inbox = new TurnInbox(ctx, options.service);
  }

  async run(): Promise<RunSummary> {
    const { request, turnKey, onWorkerLoss } = this.#options;
    let work: TurnWork = { input: request.input, ...request.options, turnKey, onWorkerLoss };
    try {
      for (;;) {
        this.#publish(null);
        const step = await this.#whileRunning(work);
        const next: Next =
          step.type === "ended" ? await this.#ended(step.outcome, work) : await this.#approval(step, work);
        if ("outcome" in next) return this.#summary(next.outcome);
        work = next.work;
      }
    } catch (error) {
      if (error instanceof restate.CancelledError)
        await this.#run("stop", (worker) => worker.cancel(this.#address(work)));
      throw error;
    } finally {
      this.#ctx.clear("turn");
      this.#inbox.close();
      this.#options.worker.forget(this.#address(work));
    }
  }

  /** A parked turn has several parts, each with its own key. */
  #summary(outcome: OnceOutcome): RunSummary {
    const { turnKey } = this.#options;
    return toSummary({ ...outcome, turnKey, eventsAfter: this.#eventsAfter ?? outcome.eventsAfter });
  }

  /** Delivers messages until the step has ended. */
  async #whileRunning(work: TurnWork): Promise<Step> {
    const { heartbeatMs, worker } = this.#options;
    const step = this.#run("turn", () => worker.step(this.#address(work), work));
    let tick = this.#ctx.sleep(heartbeatMs);
    for (;;) {
      const first = await restate.RestatePromise.race([
        step.map(done),
        this.#inbox.next.map(received),
        tick.map(() => ({ type: "tick" as const })),
      ]);
      if (first.type === "done") return first.step;
      if (first.type === "tick") tick = this.#ctx.sleep(heartbeatMs);
      else {
        this.#inbox.receive();
        await this.#deliver(first.message, work);
      }
    }
  }

  async #deliver(message: Message, work: TurnWork): Promise<void> {
    const { worker } = this.#options;
    const place = this.#address(work);
    // Each replay delivers it again, because the worker may be a different one. Interrupting a turn twice has no
    // effect.
    if (message.type === "interrupt") worker.interrupt(place);
    if (message.type === "steer") await this.#runOnceIn(place, () => worker.steer(place, message.input));
  }

  async #ended(outcome: OnceOutcome, work: TurnWork): Promise<Next> {
    const isLost = outcome.status === "interrupted" && outcome.reason === "lost";
    if (!isLost || work.onWorkerLoss !== "ask") return { outcome };
    const { unfinishedCalls } = outcome;
    const id = this.#nextId("worker-lost");
    this.#publish({ id, type: "worker_lost", unfinishedCalls });
    const answer = await this.#answerTo(id);
    const isApproved = answer !== "interrupt" && answer.decision === "approve";
    return { work: { ...work, onWorkerLoss: isApproved ? "continue" : "fail" } };
  }

  async #approval(step: ApprovalStep, work: TurnWork): Promise<Next> {
    const { worker, parkAfterMs } = this.#options;
    const place = this.#address(work);
    const id = this.#nextId("approval");
    this.#publish({ id, type: "approval", request: step.request });
    const park = () => this.#run("park", () => worker.park(place));
    const answer = await this.#answerTo(id, { afterMs: parkAfterMs, park });
    this.#publish(null);
    const decided = await this.#runOnceIn(place, () => worker.answer(place, step.id, toAnswer(answer)));
    // The turn continues or has ended, or its worker was lost and may have received the answer.
    if (decided !== "elsewhere") return { work };
    // No worker received the answer, so the call did not run.
    const remaining = await this.#whileRunning({ ...work, onWorkerLoss: "fail" });
    if (remaining.type === "approval" || answer === "interrupt" || !waitsForAnswer(remaining.outcome)) return { work };
    this.#eventsAfter ??= remaining.outcome.eventsAfter;
    const { input: _, note: __, ...rest } = work;
    const note = noteOf(answer);
    return { work: { ...rest, turnKey: id, note, granted: answer.decision === "approve" ? step.request : undefined } };
  }

  /** Waits without a limit, with or without a worker. */
  async #answerTo(
    id: string,
    parking?: { afterMs: number; park: () => Promise<unknown> },
  ): Promise<Answer | "interrupt"> {
    let timer = parking && this.#ctx.sleep(parking.afterMs);
    for (;;) {
      const message = this.#inbox.next.map(received);
      const first = timer
        ? await restate.RestatePromise.race([message, timer.map(() => ({ type: "tick" as const }))])
        : await message;
      if (first.type === "tick") {
        timer = undefined;
        await parking?.park();
        continue;
      }
      this.#inbox.receive();
      if (first.message.type === "interrupt") return "interrupt";
      if (first.message.type === "answer" && first.message.id === id) return first.message;
    }
  }

  /**
   * Runs an action at most once, in the worker that runs the turn. The journal records this worker first: another
   * worker that replays the handler does not know whether the action ran, and does not repeat it.
   */
  async #runOnceIn(place: TurnAddress, act: () => Promise<boolean>): Promise<"done" | "elsewhere" | "unknown"> {
    const { worker } = this.#options;
    const owner = await this.#run("find worker", async () => (worker.has(place) ? worker.id : null));
    if (owner === null) return "elsewhere";
    return this.#run("tell worker", async () => (worker.id === owner && (await act()) ? "done" : "unknown"));
  }

  #run<Result>(name: string, action: (worker: Worker) => Promise<Result>): restate.RestatePromise<Result> {
    return this.#ctx.run(name, () => action(this.#options.worker));
  }

  #address({ turnKey }: TurnWork): TurnAddress {
    return { threadId: this.#options.threadId, turnKey };
  }

  #nextId(kind: string): string {
    this.#requests += 1;
    return `${this.#options.turnKey}/${kind}-${this.#requests}`;
  }

  #publish(request: OpenRequest | null): void {
    const { turnKey } = this.#options;
    this.#ctx.set<PublishedTurn>("turn", { turnKey, invocation: this.#ctx.request().id, request });
  }
}

function done(step?: Step, failure?: restate.TerminalError): { type: "done"; step: Step } {
  if (!step) throw failure ?? new restate.TerminalError("The turn ended without a step.");
  return { type: "done", step };
}

function received(message?: Message, failure?: restate.TerminalError): { type: "message"; message: Message } {
  if (!message) throw failure ?? new restate.TerminalError("A message was empty.");
  return { type: "message", message };
}

/** Whether the turn stopped while it was waiting for an answer: it was parked, or its worker was lost. */
function waitsForAnswer(outcome: OnceOutcome): boolean {
  if (outcome.status !== "interrupted" || !outcome.isPromptRecorded) return false;
  return outcome.reason === "lost" || outcome.error?.code === "interrupted";
}

function toAnswer(answer: Answer | "interrupt") {
  if (answer === "interrupt") return "abort";
  const { decision, reason } = answer;
  return decision === "decline" && reason !== undefined ? { decision, reason } : decision;
}

function noteOf({ decision, reason }: Answer): string {
  const reasonText = reason === undefined ? "" : ` Reason: ${reason}`;
  return decision === "approve"
    ? "The turn was paused while your last call waited for an approval, and the call did not run. It is approved now: make exactly the same call again, once."
    : `The turn was paused while your last call waited for an approval. It was declined and did not run.${reasonText}`;
}
