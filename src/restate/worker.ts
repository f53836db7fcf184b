// The turns that run in this process.
import { randomUUID } from "node:crypto";
import * as restate from "@restatedev/restate-sdk";
import { CodexError } from "../index.js";
import type { ApprovalAnswer, OutputSchema, ThreadOptions, TurnOnceOptions } from "../index.js";
import { isWorthRepeating, LiveTurn } from "./live-turn.js";
import type { LiveTurnOptions, Step } from "./live-turn.js";
import type { CodexThreadOptions } from "./types.js";

export type TurnWork = TurnOnceOptions<OutputSchema | undefined> & { granted?: LiveTurnOptions["granted"] };

/** A turn in a thread. */
export interface TurnPlace {
  threadId: string;
  turnKey: string;
}

const longestRetryMs = 1_000;
/** How much longer than `parkAfterMs` a turn waits whose engine does not park it: the engine may have lost this process. */
const extraWaitMs = 10_000;

export class Worker {
  /** Of this process. */
  readonly id = randomUUID();
  readonly #options: CodexThreadOptions;
  readonly #turns = new Map<string, LiveTurn>();
  /** Turns that were interrupted before they were here. */
  readonly #interrupted = new Set<string>();

  constructor(options: CodexThreadOptions) {
    this.#options = options;
  }

  async create(conversation: string): Promise<string> {
    return settled(async () => {
      const thread = this.#options.codex.startThread({ ...this.#options.thread });
      const id = await thread.create(titleOf(conversation));
      await thread.release();
      return id;
    });
  }

  /** Runs the turn, or goes on with it, up to its next step. */
  async step(place: TurnPlace, work: TurnWork): Promise<Step> {
    return settled(() => (this.#turn(place) ?? this.#begin(place, work)).next());
  }

  has(place: TurnPlace): boolean {
    return this.#turn(place) !== undefined;
  }

  async steer(place: TurnPlace, input: string): Promise<boolean> {
    return (await this.#turn(place)?.steer(input)) ?? false;
  }

  async answer(place: TurnPlace, id: string, answer: ApprovalAnswer): Promise<boolean> {
    return this.#turn(place)?.answer(id, answer) ?? false;
  }

  /** Ends the turn and its commands; also one that has not begun here yet. */
  interrupt(place: TurnPlace): void {
    const turn = this.#turn(place);
    if (turn) turn.interrupt();
    else this.#interrupted.add(keyOf(place));
  }

  /** The turn is over: it will not begin here. */
  forget(place: TurnPlace): void {
    this.#interrupted.delete(keyOf(place));
  }

  /** Resolves when the turn has ended here. */
  async park(place: TurnPlace): Promise<boolean> {
    const turn = this.#turn(place);
    turn?.interrupt();
    await turn?.ended.catch(() => undefined);
    return turn !== undefined;
  }

  /** As `park`, for a turn that need not begin if it has not. */
  async cancel(place: TurnPlace): Promise<boolean> {
    this.#turn(place)?.abandon();
    return this.park(place);
  }

  #turn(place: TurnPlace): LiveTurn | undefined {
    return this.#turns.get(keyOf(place));
  }

  #begin(place: TurnPlace, { granted, ...turn }: TurnWork): LiveTurn {
    const { codex, thread, waitForApprovals = false, parkAfterMs = 30_000 } = this.#options;
    const asks = waitForApprovals || thread?.onApproval !== undefined;
    const key = keyOf(place);
    const live = new LiveTurn({
      openThread: (onApproval: ThreadOptions["onApproval"]) =>
        codex.resumeThread(place.threadId, { ...thread, ...(asks && { onApproval }) }),
      turn,
      policy: thread?.onApproval,
      waitsForApprovals: waitForApprovals,
      longestWaitMs: parkAfterMs + extraWaitMs,
      granted,
    });
    if (this.#interrupted.delete(key)) live.interrupt();
    this.#turns.set(key, live);
    const forget = () => void this.#turns.delete(key);
    live.ended.then(forget, forget);
    return live;
  }
}

/** Clients choose their turn keys, so that turns of two threads may have the same. */
function keyOf({ threadId, turnKey }: TurnPlace): string {
  return `${threadId} ${turnKey}`;
}

const longestTitle = 200;

/** A conversation's ID can be any text, and a title cannot. */
function titleOf(conversation: string): string {
  const title = conversation
    .replaceAll(/\p{C}+/gu, " ")
    .trim()
    .slice(0, longestTitle);
  return title === "" ? "Conversation" : title;
}

/** Errors as Restate understands them: repeat the step, or give up. */
async function settled<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isWorthRepeating(error)) {
      const retryAfter = Math.min(error.retryAfterMs ?? longestRetryMs, longestRetryMs);
      throw restate.RetryableError.from(error, { retryAfter });
    }
    if (!CodexError.isInstance(error)) throw error;
    throw new restate.TerminalError(`${error.code}: ${error.message}`, { errorCode: 400 });
  }
}
