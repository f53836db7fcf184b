// The running turns of this process.
import { randomUUID } from "node:crypto";
import * as restate from "@restatedev/restate-sdk";
import { CodexError } from "../index.js";
import type { ApprovalAnswer, OutputSchema, ThreadOptions, TurnOnceOptions } from "../index.js";
import { isRetryable, LiveTurn } from "./live-turn.js";
import type { LiveTurnOptions, Step } from "./live-turn.js";
import type { CodexThreadOptions } from "./types.js";

export type TurnWork = TurnOnceOptions<OutputSchema | undefined> & { granted?: LiveTurnOptions["granted"] };

/** Identifies a turn of a thread. */
export interface TurnAddress {
  threadId: string;
  turnKey: string;
}

const longestRetryMs = 1_000;
/**
 * The additional time after `parkAfterMs` in which Restate can park the turn. After that, Restate may have lost this
 * process.
 */
const extraWaitMs = 10_000;

export class Worker {
  /** Identifies this process. */
  readonly id = randomUUID();
  readonly #options: CodexThreadOptions;
  readonly #turns = new Map<string, LiveTurn>();
  /** Turns that were interrupted before they started here. */
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

  /** Starts or continues the turn up to its next step. */
  async step(address: TurnAddress, work: TurnWork): Promise<Step> {
    return settled(() => (this.#turn(address) ?? this.#begin(address, work)).next());
  }

  has(place: TurnAddress): boolean {
    return this.#turn(place) !== undefined;
  }

  async steer(place: TurnAddress, input: string): Promise<boolean> {
    return (await this.#turn(place)?.steer(input)) ?? false;
  }

  async answer(place: TurnAddress, id: string, answer: ApprovalAnswer): Promise<boolean> {
    return this.#turn(place)?.answer(id, answer) ?? false;
  }

  /** Ends the turn and its commands, also before it has started here. */
  interrupt(place: TurnAddress): void {
    const turn = this.#turn(place);
    if (turn) turn.interrupt();
    else this.#interrupted.add(keyOf(place));
  }

  /** The turn has ended and will not start here. */
  forget(place: TurnAddress): void {
    this.#interrupted.delete(keyOf(place));
  }

  /** Resolves when the turn has ended here. */
  async park(place: TurnAddress): Promise<boolean> {
    const turn = this.#turn(place);
    turn?.interrupt();
    await turn?.ended.catch(() => undefined);
    return turn !== undefined;
  }

  /** Like `park`, but cancels a turn that has not started. */
  async cancel(place: TurnAddress): Promise<boolean> {
    this.#turn(place)?.abandon();
    return this.park(place);
  }

  #turn(place: TurnAddress): LiveTurn | undefined {
    return this.#turns.get(keyOf(place));
  }

  #begin(place: TurnAddress, { granted, ...turn }: TurnWork): LiveTurn {
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

/** Clients select turn keys, so turns of two threads can have the same one. */
function keyOf({ threadId, turnKey }: TurnAddress): string {
  return `${threadId} ${turnKey}`;
}

const longestTitle = 200;

/** A conversation ID can be any text, but a title cannot. */
function titleOf(conversation: string): string {
  const title = conversation
    .replaceAll(/\p{C}+/gu, " ")
    .trim()
    .slice(0, longestTitle);
  return title === "" ? "Conversation" : title;
}

/** Converts errors for Restate: retryable, or terminal. */
async function settled<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (isRetryable(error)) {
      const retryAfter = Math.min(error.retryAfterMs ?? longestRetryMs, longestRetryMs);
      throw restate.RetryableError.from(error, { retryAfter });
    }
    if (!CodexError.isInstance(error)) throw error;
    throw new restate.TerminalError(`${error.code}: ${error.message}`, { errorCode: 400 });
  }
}
