// The options of `createCodexRoutes`.
import { InvalidInputError } from "../../index.js";
import type { ApprovalDecision, Codex, ThreadOptions, TurnOptions } from "../../index.js";
import { isJsonObject } from "../../internal/json.js";
import * as is from "../../validation/check-options.js";
import type { Check } from "../../validation/check-options.js";
import type { TurnHub, TurnHubOptions } from "../live/turn-hub.js";
import type { UIMessageOptions } from "../ui-messages/ui-message-encoder.js";

export type CodexAction = "send" | "resume" | "stop" | "steer" | "approve" | "answer" | "history" | "list";

/** The subject of an authorisation. */
export interface RouteContext {
  request: Request;
  action: CodexAction;
  /** The thread. Null for a "send" that starts a new thread, and for "list" as a whole. */
  threadId: string | null;
}

/** Options of one turn that a browser may set if the server accepts them. */
export type ClientTurnOptions = Pick<TurnOptions<undefined>, "model" | "modelReasoningEffort">;

/** Options of a thread that the server sets. The routes set the handlers for questions. */
export type RouteThreadOptions = Omit<ThreadOptions, "onApproval" | "onUserInput" | "onElicitation">;

export interface CodexRoutesOptions extends Omit<UIMessageOptions, "messageId"> {
  codex: Codex;
  /**
   * Decides whether a request is allowed. Only `true` allows it. Any other value and an exception lead to status 403.
   * Called for every action, and for every thread of a list.
   */
  authorize(context: RouteContext): boolean | Promise<boolean>;
  /** Options of the threads, for all requests or by request. */
  threadOptions?:
    | RouteThreadOptions
    | ((context: RouteContext) => RouteThreadOptions | Promise<RouteThreadOptions>)
    | undefined;
  /**
   * Validates the `options` of a message, and returns the accepted ones. Without it, messages with `options` are
   * rejected.
   */
  acceptOptions?:
    | ((options: unknown, context: RouteContext) => ClientTurnOptions | Promise<ClientTurnOptions>)
    | undefined;
  /** Called when a new thread exists, before the browser receives its ID. Record the owner of the thread here. */
  onThreadStarted?: ((thread: { threadId: string; request: Request }) => unknown) | undefined;
  /**
   * Called with the errors of requests and failed turns. The browser receives only a general sentence.
   * @defaultValue errors are not reported
   */
  onError?: ((error: unknown, context: RouteContext) => unknown) | undefined;
  /** Stores running turns. Share one between the routes of a process. @defaultValue a new hub with `hubOptions` */
  hub?: TurnHub | undefined;
  hubOptions?: TurnHubOptions | undefined;
  /**
   * The effect of an approval request on the stream. `open`: it stays open until the request is answered. `park`: the
   * message ends, the turn waits, and the message with the user's answer continues it, as `useChat` does with
   * `lastAssistantMessageIsCompleteWithApprovalResponses`.
   * @defaultValue "open"
   */
  approvals?: "open" | "park" | undefined;
  /** The decisions that a browser may send. @defaultValue ["approve", "decline", "abort"] */
  decisions?: readonly ApprovalDecision[] | undefined;
  /** The path prefix of the routes, with or without a slash at its end. @defaultValue "/api/codex" */
  basePath?: string | undefined;
  /** Other origins whose pages may call the routes, such as `https://app.example`. @defaultValue none */
  allowedOrigins?: readonly string[] | undefined;
  /** The maximum size of a request body, in bytes. @defaultValue 4_194_304 */
  maxBodyBytes?: number | undefined;
  /** The maximum number of concurrent turns. @defaultValue 100 */
  maxRunningTurns?: number | undefined;
  /** The interval without data after which a comment is sent, in milliseconds. @defaultValue 15_000 */
  heartbeatMs?: number | undefined;
}

const decision = is.oneOf("approve", "approve_for_session", "approve_always", "decline", "abort");

const checks = {
  codex: is.plainObject,
  authorize: is.callback,
  threadOptions: (value) => (typeof value === "function" ? undefined : orFunction(is.plainObject(value))),
  acceptOptions: is.callback,
  onThreadStarted: is.callback,
  onError: is.callback,
  errorText: is.callback,
  hub: (value) => (isJsonObject(value) && "ofThread" in value ? undefined : "a TurnHub"),
  hubOptions: is.plainObject,
  approvals: is.oneOf("open", "park"),
  decisions: (value) =>
    Array.isArray(value) && value.every((each) => decision(each) === undefined)
      ? undefined
      : `an array with ${decision(undefined)}`,
  basePath: (value) =>
    typeof value === "string" && /^(\/[^?#]*)?$/.test(value) ? undefined : 'a path such as "/api/codex"',
  allowedOrigins: (value) =>
    Array.isArray(value) && value.every(isOrigin)
      ? undefined
      : 'an array of origins such as "https://app.example", without a path',
  maxBodyBytes: is.wholeNumber(0),
  maxRunningTurns: is.wholeNumber(0),
  heartbeatMs: is.milliseconds,
  reasoning: is.flag,
  notices: is.flag,
} satisfies Record<keyof CodexRoutesOptions, Check>;

/** @throws InvalidInputError */
export function checkRoutesOptions(options: CodexRoutesOptions): void {
  // Also checked at runtime: without `authorize`, everyone could run agents.
  const given: Partial<CodexRoutesOptions> | null | undefined = options;
  if (typeof given?.authorize !== "function") {
    throw new InvalidInputError(
      "createCodexRoutes() requires `authorize`, a function that decides whether a request is allowed. " +
        "Return true for requests of signed-in users about their own threads.",
    );
  }
  if (typeof given.codex !== "object" || given.codex === null) {
    throw new InvalidInputError("createCodexRoutes() requires `codex`, a Codex object that runs the turns.");
  }
  is.checkOptions(options, checks, "CodexRoutesOptions");
  // The core validates the options of a new thread. Here, an error appears at the start instead of with each request.
  if (typeof given.threadOptions === "object") given.codex.startThread(given.threadOptions);
}

function orFunction(expected: string | undefined): string | undefined {
  return expected && `${expected} or a function`;
}

function isOrigin(value: unknown): boolean {
  return typeof value === "string" && URL.canParse(value) && new URL(value).origin === value;
}
