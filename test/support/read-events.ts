// Reads a turn to its end, whether it completes or fails.
import type { StreamedTurn, ThreadEvent } from "../../src/index.js";

export interface ReadTurn {
  events: ThreadEvent[];
  /** The error that reading threw; undefined for a turn that completed. */
  error: unknown;
}

export async function readEvents(turn: StreamedTurn): Promise<ReadTurn> {
  const events: ThreadEvent[] = [];
  try {
    for await (const event of turn) events.push(event);
    return { events, error: undefined };
  } catch (error) {
    return { events, error };
  }
}
