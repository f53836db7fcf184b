// The order of turns: one at a time on each thread, in call order, also when several Thread objects stand for one thread.
import { AsyncLocalStorage } from "node:async_hooks";
import { ThreadBusyError } from "../errors/errors.js";
import { deferred } from "../internal/deferred.js";
import type { HostCall } from "../tools/host-call.js";

/** The ID of a thread; before it has one, an object that stands for it. */
export type ThreadKey = string | object;

/** A turn that runs or waits. */
export interface QueuedTurn {
  /** Resolves when the earlier turns of the thread are over. */
  readonly ready: Promise<void>;
  openCall(name: string): HostCall;
  /** The turn is over, or will not run. */
  readonly leave: () => void;
}

/** A queue for each thread. */
export class TurnQueue {
  readonly #lanes = new Map<ThreadKey, Lane>();

  /** Whether no turn of the thread runs or waits. */
  isIdle(key: ThreadKey): boolean {
    return !this.#lanes.has(key);
  }

  /** @throws ThreadBusyError if the turn would wait for the call that asks for it. */
  take(key: ThreadKey): QueuedTurn {
    const caller = openCalls.getStore();
    const lane = this.#lanes.get(key) ?? new Lane(key);
    const call = caller?.isOpen === true ? caller : undefined;
    if (call && lane.entries.some((entry) => waitsFor(entry, call.turn))) throw busyError(call.name);
    this.#lanes.set(key, lane);
    return new Entry(lane, call, () => this.#removeIfEmpty(lane));
  }

  /** A new thread has got its ID. */
  rename(from: object, threadId: string): void {
    const lane = this.#lanes.get(from);
    if (!lane) return;
    this.#lanes.delete(from);
    lane.key = threadId;
    this.#lanes.set(threadId, lane);
  }

  #removeIfEmpty(lane: Lane): void {
    if (lane.entries.length === 0 && this.#lanes.get(lane.key) === lane) this.#lanes.delete(lane.key);
  }
}

/** The turns of one thread; the first one runs. */
class Lane {
  key: ThreadKey;
  readonly entries: Entry[] = [];

  constructor(key: ThreadKey) {
    this.key = key;
  }
}

class Entry implements QueuedTurn {
  readonly lane: Lane;
  /** What the turn waits for before it can go on. */
  readonly calls = new Set<Call>();
  readonly #caller: Call | undefined;
  readonly #ready = deferred<void>();
  readonly #onLeave: () => void;

  constructor(lane: Lane, caller: Call | undefined, onLeave: () => void) {
    this.lane = lane;
    this.#caller = caller;
    this.#onLeave = onLeave;
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

  readonly leave = (): void => {
    const index = this.lane.entries.indexOf(this);
    if (index === -1) return;
    this.lane.entries.splice(index, 1);
    for (const call of this.calls) call.end();
    this.#caller?.turns.delete(this);
    const [next] = this.lane.entries;
    if (next) next.#ready.resolve();
    this.#onLeave();
  };
}

/** A call of the host's code by a turn. */
class Call implements HostCall {
  readonly turn: Entry;
  readonly name: string;
  /** The turns that were asked for inside the call and are not over. */
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

/** The call that the running code belongs to. */
const openCalls = new AsyncLocalStorage<Call>();

/** Whether `entry` cannot end before `target` has: through earlier turns of its thread, or through turns in its calls. */
function waitsFor(entry: Entry, target: Entry, seen = new Set<Entry>()): boolean {
  if (entry === target) return true;
  if (seen.has(entry)) return false;
  seen.add(entry);
  const { entries } = entry.lane;
  const earlier = entries.slice(0, entries.indexOf(entry));
  const asked = [...entry.calls].flatMap((call) => [...call.turns]);
  return [...earlier, ...asked].some((each) => waitsFor(each, target, seen));
}

function busyError(caller: string): ThreadBusyError {
  return new ThreadBusyError(
    `${caller} cannot wait for another turn of this thread: it is part of a turn that must end first. ` +
      "Use another thread there, or start the turn when the current one is over.",
  );
}
