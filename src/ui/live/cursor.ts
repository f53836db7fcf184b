// The cursor of a viewer: the turn's ID and the number of the last received change.

/** Thrown if the cursor does not belong to this turn. */
export class InvalidCursorError extends Error {
  override readonly name = "InvalidCursorError";
}

export function formatCursor(turnId: string, seq: number): string {
  return `${turnId}:${seq}`;
}

/** @throws InvalidCursorError */
export function readCursor(cursor: string, turnId: string, latest: number): number {
  const [, id, digits] = /^(.{1,200}):(\d{1,15})$/.exec(cursor) ?? [];
  if (id === undefined)
    throw new InvalidCursorError("The cursor is malformed. Pass the ID of the last event, or omit the cursor.");
  if (id !== turnId) {
    throw new InvalidCursorError("The cursor belongs to another turn. Omit it to read this turn from its beginning.");
  }
  const seq = Number(digits);
  if (seq > latest)
    throw new InvalidCursorError("The cursor is ahead of the turn. Pass the ID of the last event, or omit the cursor.");
  return seq;
}
