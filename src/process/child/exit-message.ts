// The message of an end that nobody asked for: codex's own words first, then how it ended.
import { causeIn } from "./stderr-cause.js";

export interface Ending {
  exitCode: number | null;
  signal: string | null;
  stderr: string;
}

/** `what` tells what ended and when: `codex ${how} before the turn ended`. */
export function exitMessage(ending: Ending, what: (how: string) => string): string {
  // Whoever was killed has logged many things before, but not why.
  return endMessage(causeIn(ending.stderr, { logged: ending.signal === null }), ending, what);
}

/** As `exitMessage`, where the cause is known. */
export function endMessage(cause: string, ending: Omit<Ending, "stderr">, what: (how: string) => string): string {
  const how = ending.signal === null ? `exited with code ${ending.exitCode}` : `was ended by ${ending.signal}`;
  return cause === "" ? `${what(how)}.` : `${cause}\n(${what(how)}.)`;
}
