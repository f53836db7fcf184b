// Validates the arguments of the functions that stream one turn.
import { InvalidInputError } from "../../index.js";
import * as is from "../../validation/check-options.js";
import type { Check, Checks } from "../../validation/check-options.js";
import { turnLogChecks } from "../live/turn-log.js";
import type { TurnLogOptions } from "../live/turn-log.js";

const { logSize: _, ...logChecks } = turnLogChecks;

/** Options that both protocols have. */
export const streamChecks = {
  ...logChecks,
  onError: is.callback,
  errorText: is.callback,
  reasoning: is.flag,
} satisfies Record<Exclude<keyof TurnLogOptions, "logSize"> | "onError" | "errorText" | "reasoning", Check>;

export const responseChecks = { headers: () => undefined, heartbeatMs: is.milliseconds } satisfies Checks;

/** @throws InvalidInputError */
export function checkStream(turn: unknown, options: unknown, checks: Checks, what: string): void {
  is.checkOptions(options, checks, what);
  const { events, completed } = Object(turn) as Record<string, unknown>;
  if (typeof events === "object" && typeof completed === "function") return;
  throw new InvalidInputError(
    `A stream requires a running turn, not ${is.describe(turn)}. Pass the result of \`await thread.runStreamed(…)\`.`,
  );
}
