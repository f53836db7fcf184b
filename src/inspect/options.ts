// The options of `inspect`.
import { InvalidInputError } from "../index.js";
import type { Prices, ThreadOptions } from "../index.js";
import { isJsonObject } from "../internal/json.js";
import * as is from "../validation/check-options.js";
import type { Check } from "../validation/check-options.js";

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

const checks = {
  port: (value) => (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65_535 ? undefined : "a port"),
  control: is.flag,
  keepAlive: is.flag,
  answerTimeoutMs: is.milliseconds,
  prices: (value) =>
    isJsonObject(value) && typeof value["costOf"] === "function" ? undefined : "a price list from codex-sdk/cost",
  threadOptions: is.plainObject,
} satisfies Record<keyof InspectOptions, Check>;

/** @throws InvalidInputError */
export function checkInspectOptions(codex: unknown, options: unknown): void {
  if (typeof codex !== "object" || codex === null || !("readThread" in codex)) {
    throw new InvalidInputError("inspect() requires a Codex as its first argument.");
  }
  is.checkOptions(options, checks, "InspectOptions");
}
