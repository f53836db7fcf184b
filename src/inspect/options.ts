// The options of `inspect`.
import { InvalidInputError } from "../index.js";
import type { Prices, ThreadOptions } from "../index.js";

export interface InspectOptions {
  /** The port on 127.0.0.1. @defaultValue a free port */
  port?: number | undefined;
  /**
   * Whether the page can send, steer, stop, answer approvals, fork, rename, archive and resume. Otherwise it is
   * read-only.
   * @defaultValue false
   */
  control?: boolean | undefined;
  /** Whether the page keeps the process running. @defaultValue false */
  keepAlive?: boolean | undefined;
  /**
   * How long an approval request or a question waits for an answer before it is declined, in milliseconds.
   * @defaultValue 600_000
   */
  answerTimeoutMs?: number | undefined;
  /** Prices from `codex-sdk/cost`, for the cost of each model call. @defaultValue costs are not shown */
  prices?: Prices | undefined;
  /** Options for threads that the page continues. @defaultValue the thread's saved settings */
  threadOptions?: ThreadOptions | undefined;
}

const checks: Record<keyof InspectOptions, (value: unknown) => string | undefined> = {
  port: (value) => (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535 ? undefined : "a port"),
  control: isFlag,
  keepAlive: isFlag,
  answerTimeoutMs: (value) =>
    Number.isInteger(value) && Number(value) > 0 && Number(value) < 2 ** 31
      ? undefined
      : "a positive number of milliseconds",
  prices: (value) =>
    typeof value === "object" && value !== null && "costOf" in value && typeof value.costOf === "function"
      ? undefined
      : "a price list from codex-sdk/cost",
  threadOptions: (value) => (typeof value === "object" && value !== null ? undefined : "an object"),
};

/** @throws InvalidInputError */
export function checkInspectOptions(codex: unknown, options: unknown): void {
  if (typeof codex !== "object" || codex === null || !("readThread" in codex)) {
    throw new InvalidInputError("inspect() requires a Codex as its first argument.");
  }
  if (typeof options !== "object" || options === null) {
    throw new InvalidInputError("inspect(): the options must be an object.");
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(checks, name)) {
      throw new InvalidInputError(
        `inspect(): unknown option \`${name}\`. The options are ${Object.keys(checks).join(", ")}.`,
      );
    }
    const expected = value === undefined ? undefined : checks[name as keyof InspectOptions](value);
    if (expected !== undefined) throw new InvalidInputError(`inspect(): \`${name}\` must be ${expected}.`);
  }
}

function isFlag(value: unknown): string | undefined {
  return typeof value === "boolean" ? undefined : "true or false";
}
