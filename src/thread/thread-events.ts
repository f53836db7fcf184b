// Follows the events of a thread in its store, or those of one of its turns.
import { setTimeout as delay } from "node:timers/promises";
import type { RecordedEvent, ThreadEventsOptions } from "../records/recorded-event.js";
import { markKey, readMark } from "./once/once-marks.js";
import type { TurnMark } from "./once/once-marks.js";
import type { OnceOutcome } from "./once/once-outcome.js";
import type { StoredThreadAccess } from "../transport/transport.js";

type EventSource = Pick<StoredThreadAccess, "events" | "mark">;

const defaultPollMs = 500;
/** A cursor suffix: the turn has ended, although its file does not contain the end. */
const overSuffix = ".over";

export async function* threadEvents(source: EventSource, options: ThreadEventsOptions): AsyncGenerator<RecordedEvent> {
  const { turnKey, follow = true, pollMs = defaultPollMs, signal } = options;
  const wait = async () => {
    if (follow) await delay(pollMs, undefined, { signal }).catch(() => undefined);
    signal?.throwIfAborted();
    return follow;
  };
  let after = options.after ?? null;
  let mark: TurnMark | undefined;
  if (turnKey !== undefined) {
    if (after?.endsWith(overSuffix)) return;
    while (!(mark = await readTurn(source, turnKey))) if (!(await wait())) return;
    after ??= mark.eventsAfter;
  }
  after = after?.replace(overSuffix, "") ?? null;
  let [hasBegun, isOver] = [options.after !== undefined, false];
  for (;;) {
    signal?.throwIfAborted();
    // Read before the events: the last events of a turn are in the store together with its outcome.
    if (turnKey !== undefined) mark = await readTurn(source, turnKey);
    const { events, cursor, isLast } = await source.events(after);
    for (const event of events) {
      yield event;
      hasBegun = true;
      // The last event may be in the store before the outcome.
      isOver = isEnd(event);
      if (turnKey !== undefined && isOver && (await hasEnded(source, turnKey))) return;
    }
    after = cursor;
    if (!isLast) continue;
    if (mark?.state === "ended") {
      const { outcome } = mark;
      const isLost = outcome.status === "interrupted" && outcome.reason === "lost";
      if (!isOver && (isLost || !hasBegun)) yield endEvent(outcome, cursor);
      return;
    }
    if (!(await wait())) return;
  }
}

async function readTurn(source: EventSource, turnKey: string): Promise<TurnMark | undefined> {
  return readMark(await source.mark(markKey(turnKey)));
}

async function hasEnded(source: EventSource, turnKey: string): Promise<boolean> {
  return (await readTurn(source, turnKey))?.state === "ended";
}

function isEnd({ event }: RecordedEvent): boolean {
  return event.type === "turn.completed" || event.type === "turn.failed";
}

/** The file does not contain the end of a lost turn, or any event of a turn that could not start. */
function endEvent(outcome: OnceOutcome<undefined>, cursor: string): RecordedEvent {
  const { turnId } = outcome;
  const error = outcome.status === "completed" ? null : outcome.error;
  const { message, code } = error ?? {
    message: "The process that ran this turn was lost before the turn ended.",
    code: "exited" as const,
  };
  return {
    cursor: cursor + overSuffix,
    turnId,
    recordedAt: null,
    event: { type: "turn.failed", error: { message, code } },
  };
}
