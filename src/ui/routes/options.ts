// What `createCodexRoutes` is given.
import { InvalidInputError } from "../../index.js";
import type { ApprovalDecision, Codex, ThreadOptions, TurnOptions } from "../../index.js";
import type { TurnHub, TurnHubOptions } from "../live/turn-hub.js";
import type { UIMessageOptions } from "../ui-messages/ui-message-encoder.js";

export type CodexAction = "send" | "resume" | "stop" | "steer" | "approve" | "answer" | "history" | "list";

/** Who asks for what. */
export interface RouteContext {
  request: Request;
  action: CodexAction;
  /** The thread that it is about. Null for "send" when it starts a new thread, and for "list" as a whole. */
  threadId: string | null;
}

/** Options of one turn that a browser may choose, once the server has agreed. */
export type ClientTurnOptions = Pick<TurnOptions<undefined>, "model" | "modelReasoningEffort">;

/** Options of a thread that the server chooses. The routes set the handlers for questions themselves. */
export type RouteThreadOptions = Omit<ThreadOptions, "onApproval" | "onUserInput" | "onElicitation">;

export interface CodexRoutesOptions extends Omit<UIMessageOptions, "messageId"> {
  codex: Codex;
  /**
   * Decides whether a request is allowed. Only `true` allows it: everything else, a throw included, is answered with
   * status 403. It is asked for every action, and for every thread of a list.
   */
  authorize(context: RouteContext): boolean | Promise<boolean>;
  /** Options of the threads, the same for all or by request. */
  threadOptions?:
    | RouteThreadOptions
    | ((context: RouteContext) => RouteThreadOptions | Promise<RouteThreadOptions>)
    | undefined;
  /**
   * Checks the `options` of a message and returns what of them is accepted. Without it, a message with `options` is
   * rejected.
   */
  acceptOptions?:
    | ((options: unknown, context: RouteContext) => ClientTurnOptions | Promise<ClientTurnOptions>)
    | undefined;
  /** Called when a new thread exists, before the browser learns its ID: the place to record whose it is. */
  onThreadStarted?: ((thread: { threadId: string; request: Request }) => unknown) | undefined;
  /**
   * Called with errors that the browser gets only as a sentence: of requests, and of turns that failed.
   * @defaultValue errors are not reported
   */
  onError?: ((error: unknown, context: RouteContext) => unknown) | undefined;
  /** Where running turns are kept. Share one among the routes of a process. @defaultValue an own hub with `hubOptions` */
  hub?: TurnHub | undefined;
  hubOptions?: TurnHubOptions | undefined;
  /**
   * What happens to the stream when Codex asks for an approval. `open`: it stays open until somebody answers. `park`: the
   * message ends, the turn waits, and the message with the user's answer continues it, as `useChat` does with
   * `lastAssistantMessageIsCompleteWithApprovalResponses`. @defaultValue "open"
   */
  approvals?: "open" | "park" | undefined;
  /** Which answers to an approval a browser may give. @defaultValue ["approve", "decline", "abort"] */
  decisions?: readonly ApprovalDecision[] | undefined;
  /** The path before those of the routes. @defaultValue "/api/codex" */
  basePath?: string | undefined;
  /** Origins of other sites whose pages may call the routes, such as `https://app.example`. @defaultValue none */
  allowedOrigins?: readonly string[] | undefined;
  /** The largest body of a request, in bytes. @defaultValue 4_194_304 */
  maxBodyBytes?: number | undefined;
  /** The most turns that run at once. @defaultValue 100 */
  maxRunningTurns?: number | undefined;
  /** The time without data after which a comment is sent, in milliseconds. @defaultValue 15_000 */
  heartbeatMs?: number | undefined;
}

/** @throws InvalidInputError */
export function checkRoutesOptions(options: CodexRoutesOptions): void {
  // JavaScript does not check types, and without `authorize` everybody could run agents.
  const given: Partial<CodexRoutesOptions> | null | undefined = options;
  if (typeof given?.authorize !== "function") {
    throw new InvalidInputError(
      "createCodexRoutes() needs `authorize`, a function that decides whether a request is allowed. " +
        "Return true for requests of signed-in users about their own threads.",
    );
  }
  if (typeof given.codex !== "object" || given.codex === null) {
    throw new InvalidInputError("createCodexRoutes() needs `codex`, a Codex object that runs the turns.");
  }
}
