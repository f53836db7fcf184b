// Cursors for the recorded events of a thread. Clients store them and send them back, so they are validated like any
// input.
import { InvalidInputError } from "../../errors/errors.js";
import type { Usage } from "../../events/events.js";
import { isJsonObject } from "../../internal/json.js";
import { readUsage } from "../../events/usage.js";

/** The state of the lines before a position, which affects how later lines are read. */
export interface EventState {
  /** The running turn. */
  turnId: string | null;
  /** A turn without a recorded end that another turn followed, which may be its continuation. */
  lostTurnId: string | null;
  /** The usage of the turn so far. */
  usage: Usage | null;
}

export interface EventPosition {
  /** The file; null if the thread does not have a file yet. */
  file: string | null;
  /** The offset of the next line. */
  offset: number;
  /** The number of events of that line that were read. */
  skip: number;
  state: EventState;
}

export const noState: EventState = { turnId: null, lostTurnId: null, usage: null };

export function positionAt(file: string | null, offset: number): EventPosition {
  return { file, offset, skip: 0, state: noState };
}

export function toCursor({ file, offset, skip, state }: EventPosition): string {
  const { turnId, lostTurnId, usage } = state;
  const parts = [file, offset, skip, turnId, lostTurnId, usage];
  return Buffer.from(JSON.stringify(parts)).toString("base64url");
}

/** @throws InvalidInputError */
export function fromCursor(cursor: string): EventPosition {
  const position = typeof cursor === "string" && cursor.length <= longest ? parse(cursor) : undefined;
  if (position) return position;
  throw new InvalidInputError(
    "`after` is not the cursor of an event. Pass a `cursor` or `eventsAfter` as it was received.",
  );
}

const longest = 2_000;

function parse(cursor: string): EventPosition | undefined {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    return undefined;
  }
  if (!Array.isArray(parts)) return undefined;
  const [file, offset, skip, turnId, lostTurnId, usage] = parts as unknown[];
  if (!isText(file) || !isText(turnId) || !isText(lostTurnId) || !isCount(offset) || !isCount(skip)) return undefined;
  const state = { turnId, lostTurnId, usage: isJsonObject(usage) ? (readUsage(usage) ?? null) : null };
  return { file, offset, skip, state };
}

function isText(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
