// The plans of a thread's turns: with a prompt, or without one (reviews and compactions).
import type { Input } from "../input/input.js";
import { checkTurnOptions } from "../options/option-checks.js";
import type { ThreadOptions, TurnOptions } from "../options/options.js";
import type { ReviewOptions } from "../options/review-target.js";
import { checkDirectories } from "../options/working-directory.js";
import type { ThreadInstruments } from "../instruments/thread-instruments.js";
import type { TurnInstrument } from "../instruments/turn-instrument.js";
import { prepareTools } from "../tools/prepare-tools.js";
import type { Closing } from "../transport/closing.js";
import type { EventSink, RunningTurn, TransportThread, TurnOnce, TurnStart } from "../transport/transport.js";
import type { QueuedTurn } from "../transport/turn-queue.js";
import { prepareTurn } from "../turn/prepare-turn.js";
import type { TurnPlan } from "../turn/turn-run.js";

/** The parts of a thread that a turn requires. */
export interface TurnContext {
  thread: TransportThread;
  options: ThreadOptions;
  closing: Closing;
  instruments: ThreadInstruments;
  /** The time of the call by `performance.now()`, if it was followed by a wait for the thread. */
  requestedAt?: number | undefined;
}

export interface Queued {
  turn: QueuedTurn;
  /** Called with the thread's ID before it is published. */
  onStarted(threadId: string): void;
}

/** Completes a validated plan once the turn is in the queue. */
export type QueuedPlan<Output> = (queued: Queued) => TurnPlan<Output>;

/** @throws InvalidInputError for invalid options. */
export function planPrompt(
  context: TurnContext,
  input: Input,
  options: TurnOptions,
  once?: TurnOnce,
): QueuedPlan<unknown> {
  checkTurnOptions(options);
  const instrument = context.instruments.openTurn({ kind: "prompt", input }, options);
  return (queued) => ({
    ...commonPlan(context, options, queued),
    instrument,
    prepare: async (signal) => {
      checkDirectories(context.options, context.thread.id === null);
      await prepareTools(context.options.tools ?? []);
      const { request, parse } = await prepareTurn(input, { ...options, signal });
      const { thread } = context;
      const start = thread.prepareTurn({ ...request, once });
      const mayContinue = thread.canContinue && !once;
      return {
        start: started(context, start, queued, { instrument, once }),
        continue: mayContinue
          ? started(context, thread.prepareTurn({ ...request, input: [] }), queued, { instrument })
          : undefined,
        parse,
      };
    },
  });
}

/** @throws InvalidInputError for invalid options. */
export function planWork(
  context: TurnContext,
  kind: "review" | "compaction",
  options: ReviewOptions,
  prepare: () => TurnStart,
): QueuedPlan<undefined> {
  checkTurnOptions(options);
  const instrument = context.instruments.openTurn({ kind }, options);
  return (queued) => ({
    ...commonPlan(context, options, queued),
    instrument,
    prepare: async () => {
      const start = prepare();
      checkDirectories(context.options, context.thread.id === null);
      return { start: started(context, start, queued, { instrument }), parse: () => Promise.resolve(undefined) };
    },
  });
}

function commonPlan(
  { options, closing, requestedAt }: TurnContext,
  turn: ReviewOptions & Pick<TurnOptions, "sandboxMode">,
  { turn: queuedTurn }: Queued,
) {
  const { signal, timeoutMs, idleTimeoutMs, sandboxMode = options.sandboxMode } = turn;
  return {
    limits: { timeoutMs, idleTimeoutMs, requestedAt },
    signal,
    closing,
    needsSandbox: sandboxMode !== "danger-full-access" && options.onApproval === undefined,
    ready: queuedTurn.ready,
  };
}

interface Watchers {
  instrument: TurnInstrument | undefined;
  once?: TurnOnce | undefined;
}

function started(
  { instruments }: TurnContext,
  start: TurnStart,
  queued: Queued,
  { instrument, once }: Watchers,
): (emit: EventSink) => RunningTurn {
  return (emit) => {
    instruments.limitRollout();
    return start({
      openCall: (name) => queued.turn.openCall(name),
      emit: (event) => {
        if (event.type === "thread.started") queued.onStarted(event.thread_id);
        once?.onEvent(event);
        emit(event);
      },
      ...(instrument && {
        onCall: instrument.onCall,
        onSubagent: instrument.onSubagent,
        watchCall: instrument.watchCall,
        trace: instrument.trace,
      }),
    });
  };
}
