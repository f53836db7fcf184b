// The message for an unexpected exit: Codex's message first, then how it exited.
import { causeIn } from "./stderr-cause.js";

export interface Ending {
  exitCode: number | null;
  signal: string | null;
  stderr: string;
}

/** `what` describes the process and the time of the exit: `Codex ${how} before the turn ended`. */
export function exitMessage(ending: Ending, what: (how: string) => string): string {
  // A process that was killed has logged messages before, but not the reason.
  return endMessage(causeIn(ending.stderr, { logged: ending.signal === null }), ending, what);
}

/** Like `exitMessage`, for a known cause. */
export function endMessage(cause: string, ending: Omit<Ending, "stderr">, what: (how: string) => string): string {
  const how = ending.signal === null ? `exited with code ${ending.exitCode}` : `was killed by ${ending.signal}`;
  return cause === "" ? `${what(how)}.` : `${cause}\n(${what(how)}.)`;
}
