// What one turn's codex asks the host: of the turn itself, and of the sub-agents that it started.
import { TurnInterruptedError } from "../../errors/errors.js";
import type { CodexError } from "../../errors/errors.js";
import type { ToolCalls } from "../../tools/tool-calls.js";
import type { Connection, ThreadListener } from "../connection/connection.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import type { ServerRequest } from "../protocol/ServerRequest.js";
import { toToolReply } from "../tools/tool-reply.js";
import { ServerRequests } from "./server-requests.js";
import type { Handlers } from "./server-requests.js";
import { Subagents } from "./subagents.js";
import { ThreadItems } from "./thread-items.js";

export interface TurnRequestsContext {
  readonly handlers: Handlers;
  readonly tools: ToolCalls;
  readonly connection: Connection;
  readonly threadId: string;
  readonly cwd: string | undefined;
  notice(message: string): void;
  interrupt(reason: CodexError): void;
}

export class TurnRequests {
  readonly #context: TurnRequestsContext;
  readonly #requests: ServerRequests;
  readonly #items: ThreadItems;
  readonly #subagents = new Subagents();

  constructor(context: TurnRequestsContext) {
    const { handlers, threadId, cwd } = context;
    this.#context = context;
    this.#items = new ThreadItems(cwd);
    this.#requests = new ServerRequests({
      handlers,
      threadId,
      cwd,
      openItem: (threadId, itemId) => this.#itemsOf(threadId)?.get(itemId),
      openMcpCall: (threadId, call) => this.#itemsOf(threadId)?.mcpCall(call),
      notice: (message) => context.notice(message),
      callTool: async (call) => toToolReply(await context.tools.answer(call)),
      tell: (threadId, turnId, text) => this.#tell(threadId, turnId, text),
      abort: () => context.interrupt(new TurnInterruptedError("The turn was aborted by the answer to a request.")),
    });
  }

  /** How many questions wait for the host. */
  get openCount(): number {
    return this.#requests.openCount;
  }

  read(notification: ServerNotification): void {
    this.#items.read(notification);
    const { method, params } = notification;
    if (method === "serverRequest/resolved") this.#requests.withdraw(params.requestId);
    if (method === "turn/completed") this.end();
  }

  answer(request: ServerRequest): Promise<object> | undefined {
    return this.#requests.answer(request);
  }

  /** Takes a thread for that of a sub-agent of this turn. */
  adopt(threadId: string): ThreadListener {
    return this.#subagents.adopt(threadId, this.#requests);
  }

  /** Ends what the sub-agents are doing. */
  async interruptSubagents(graceMs: number): Promise<void> {
    await this.#subagents.interrupt(this.#context.connection, graceMs);
  }

  /** The turn is over: its questions are moot. */
  end(): void {
    this.#requests.end();
    this.endTools(new TurnInterruptedError("The turn is over."));
  }

  /** Nobody waits for the host's tools any more. */
  endTools(reason: CodexError): void {
    this.#context.tools.end(reason);
  }

  /** Nothing of the turn is heard any more; sub-agents that live on are answered like strangers. */
  release(): void {
    this.end();
    this.#subagents.release(this.#context.connection);
  }

  #itemsOf(threadId: string): ThreadItems | undefined {
    return threadId === this.#context.threadId ? this.#items : this.#subagents.itemsOf(threadId);
  }

  async #tell(threadId: string, expectedTurnId: string, text: string): Promise<void> {
    const input = [{ type: "text" as const, text, text_elements: [] }];
    // A turn that ended meanwhile has nobody left to tell.
    await this.#context.connection.request("turn/steer", { threadId, expectedTurnId, input }).catch(() => undefined);
  }
}
