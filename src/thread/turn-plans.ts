// The plans of a thread's turns: a prompt, and work that needs no prompt.
import type { Input } from "../input/input.js";
import { checkTurnOptions } from "../options/option-checks.js";
import type { ThreadOptions, TurnOptions } from "../options/options.js";
import type { ReviewOptions } from "../options/review-target.js";
import { checkDirectories } from "../options/working-directory.js";
import { prepareTools } from "../tools/prepare-tools.js";
import type { Closing } from "../transport/closing.js";
import type { EventSink, RunningTurn, TransportThread, TurnStart } from "../transport/transport.js";
import type { QueuedTurn } from "../transport/turn-queue.js";
import { prepareTurn } from "../turn/prepare-turn.js";
import type { TurnPlan } from "../turn/turn-run.js";

/** What a turn needs of its thread. */
export interface TurnContext {
  thread: TransportThread;
  options: ThreadOptions;
  closing: Closing;
}

export interface Queued {
  place: QueuedTurn;
  /** Called with the thread's ID before anybody else learns it. */
  onStarted(threadId: string): void;
}

/** Completes a checked plan once the turn has its place in the thread. */
export type QueuedPlan<Output> = (queued: Queued) => TurnPlan<Output>;

/** @throws InvalidInputError for invalid options. */
export function planPrompt(context: TurnContext, input: Input, options: TurnOptions): QueuedPlan<unknown> {
  checkTurnOptions(options);
  return (queued) => ({
    ...commonPlan(context, options, queued),
    prepare: async (signal) => {
      checkDirectories(context.options, context.thread.id === null);
      await prepareTools(context.options.tools ?? []);
      const { request, parse } = await prepareTurn(input, { ...options, signal });
      const start = context.thread.prepareTurn(request);
      return { start: started(start, queued), parse };
    },
  });
}

/** @throws InvalidInputError for invalid options. */
export function planWork(
  context: TurnContext,
  options: ReviewOptions,
  prepare: () => TurnStart,
): QueuedPlan<undefined> {
  checkTurnOptions(options);
  return (queued) => ({
    ...commonPlan(context, options, queued),
    prepare: async () => {
      const start = prepare();
      checkDirectories(context.options, context.thread.id === null);
      return { start: started(start, queued), parse: () => Promise.resolve(undefined) };
    },
  });
}

function commonPlan(
  { options, closing }: TurnContext,
  turn: ReviewOptions & Pick<TurnOptions, "sandboxMode">,
  { place }: Queued,
) {
  const { signal, timeoutMs, idleTimeoutMs, sandboxMode = options.sandboxMode } = turn;
  return {
    limits: { timeoutMs, idleTimeoutMs },
    signal,
    closing,
    needsSandbox: sandboxMode !== "danger-full-access" && options.onApproval === undefined,
    ready: place.ready,
  };
}

function started(start: TurnStart, queued: Queued): (emit: EventSink) => RunningTurn {
  return (emit) =>
    start({
      openCall: (name) => queued.place.openCall(name),
      emit: (event) => {
        if (event.type === "thread.started") queued.onStarted(event.thread_id);
        emit(event);
      },
    });
}
