// Orders turns: one at a time on each thread, in call order, even if several Thread objects refer to the same thread.
import { AsyncLocalStorage } from "node:async_hooks";
import { ThreadBusyError } from "../errors/errors.js";
import { deferred } from "../internal/deferred.js";
import type { HostCall } from "../tools/host-call.js";

/** The ID of a thread; an object that identifies it until it has an ID. */
export type ThreadKey = string | object;

/** A running or queued turn. */
export interface QueuedTurn {
  /** Resolves when the earlier turns of the thread have ended. */
  readonly ready: Promise<void>;
  openCall(name: string): HostCall;
  /** The turn has ended, or will not run. */
  readonly remove: () => void;
}

/** A queue for each thread. */
export class TurnQueue {
  readonly #queues = new Map<ThreadKey, ThreadQueue>();

  /** Whether no turn of the thread is running or queued. */
  isIdle(key: ThreadKey): boolean {
    return !this.#queues.has(key);
  }

  /** @throws ThreadBusyError if the turn would have to wait for the call that starts it. */
  enqueue(key: ThreadKey): QueuedTurn {
    const caller = openCalls.getStore();
    const lane = this.#queues.get(key) ?? new ThreadQueue(key);
    const call = caller?.isOpen === true ? caller : undefined;
    if (call && lane.entries.some((entry) => waitsFor(entry, call.turn))) throw busyError(call.name);
    this.#queues.set(key, lane);
    return new Entry(lane, call, () => this.#removeIfEmpty(lane));
  }

  /** A new thread has received its ID. */
  rename(from: object, threadId: string): void {
    const lane = this.#queues.get(from);
    if (!lane) return;
    this.#queues.delete(from);
    lane.key = threadId;
    this.#queues.set(threadId, lane);
  }

  #removeIfEmpty(lane: ThreadQueue): void {
    if (lane.entries.length === 0 && this.#queues.get(lane.key) === lane) this.#queues.delete(lane.key);
  }
}

/** The turns of one thread. The first one is running. */
class ThreadQueue {
  key: ThreadKey;
  readonly entries: Entry[] = [];

  constructor(key: ThreadKey) {
    this.key = key;
  }
}

class Entry implements QueuedTurn {
  readonly lane: ThreadQueue;
  /** The turns that must end before the turn can continue. */
  readonly calls = new Set<Call>();
  readonly #caller: Call | undefined;
  readonly #ready = deferred<void>();
  readonly #onRemove: () => void;

  constructor(lane: ThreadQueue, caller: Call | undefined, onLeave: () => void) {
    this.lane = lane;
    this.#caller = caller;
    this.#onRemove = onLeave;
    caller?.turns.add(this);
    lane.entries.push(this);
    if (lane.entries[0] === this) this.#ready.resolve();
  }

  get ready(): Promise<void> {
    return this.#ready.promise;
  }

  openCall(name: string): HostCall {
    const call = new Call(this, name);
    this.calls.add(call);
    return call;
  }

  readonly remove = (): void => {
    const index = this.lane.entries.indexOf(this);
    if (index === -1) return;
    this.lane.entries.splice(index, 1);
    for (const call of this.calls) call.end();
    this.#caller?.turns.delete(this);
    const [next] = this.lane.entries;
    if (next) next.#ready.resolve();
    this.#onRemove();
  };
}

/** A call of the host's code by a turn. */
class Call implements HostCall {
  readonly turn: Entry;
  readonly name: string;
  /** The turns that were started inside the call and have not ended. */
  readonly turns = new Set<Entry>();
  isOpen = true;

  constructor(turn: Entry, name: string) {
    this.turn = turn;
    this.name = name;
  }

  run<Result>(work: () => Result): Result {
    return openCalls.run(this, work);
  }

  end(): void {
    this.isOpen = false;
    this.turn.calls.delete(this);
  }
}

/** The call to which the running code belongs. */
const openCalls = new AsyncLocalStorage<Call>();

/** Whether `entry` cannot end before `target`: because of earlier turns of its thread, or of turns in its calls. */
function waitsFor(entry: Entry, target: Entry, seen = new Set<Entry>()): boolean {
  if (entry === target) return true;
  if (seen.has(entry)) return false;
  seen.add(entry);
  const { entries } = entry.lane;
  const earlier = entries.slice(0, entries.indexOf(entry));
  const nested = [...entry.calls].flatMap((call) => [...call.turns]);
  return [...earlier, ...nested].some((each) => waitsFor(each, target, seen));
}

function busyError(caller: string): ThreadBusyError {
  return new ThreadBusyError(
    `${caller} cannot wait for another turn of this thread: it is part of a turn that must end first. ` +
      "Use another thread there, or start the turn after the current one has ended.",
  );
}
