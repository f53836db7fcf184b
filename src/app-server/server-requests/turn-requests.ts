// The requests that Codex sends to the host during one turn, from its thread and those of its sub-agents.
import os from "node:os";
import path from "node:path";
import { TurnInterruptedError } from "../../errors/errors.js";
import type { CodexError } from "../../errors/errors.js";
import type { OpenCall } from "../../tools/host-call.js";
import type { WatchCall } from "../../tools/watched-call.js";
import type { ToolCalls } from "../../tools/tool-calls.js";
import type { Connection } from "../connection/connection.js";
import type { ThreadListener } from "../connection/thread-listeners.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import type { ServerRequest } from "../protocol/ServerRequest.js";
import { toToolReply } from "../tools/tool-reply.js";
import { describeTool } from "./describe-tool.js";
import { ServerRequests } from "./server-requests.js";
import type { Handlers, ApprovalEnvironment } from "./server-requests.js";
import { Subagents } from "./subagents.js";
import type { SubagentListener } from "./subagents.js";
import { ThreadItems } from "./thread-items.js";

export interface TurnRequestsContext {
  readonly handlers: Handlers;
  readonly tools: ToolCalls;
  readonly openCall: OpenCall;
  readonly watchCall?: WatchCall | undefined;
  readonly onSubagent?: SubagentListener | undefined;
  readonly connection: Connection;
  readonly threadId: string;
  readonly cwd: string | undefined;
  /** Further directories that the agent can write to. */
  readonly additionalDirectories: readonly string[];
  notice(message: string): void;
  interrupt(reason: CodexError): void;
}

export class TurnRequests {
  readonly #context: TurnRequestsContext;
  readonly #requests: ServerRequests;
  readonly #items: ThreadItems;
  readonly #subagents: Subagents;

  constructor(context: TurnRequestsContext) {
    const { handlers, threadId, cwd } = context;
    this.#context = context;
    this.#items = new ThreadItems(cwd);
    this.#subagents = new Subagents(context.onSubagent);
    this.#requests = new ServerRequests({
      handlers,
      threadId,
      openCall: context.openCall,
      watchCall: context.watchCall,
      environment: environmentOf(context),
      openItem: (threadId, itemId) => this.#itemsOf(threadId)?.get(itemId),
      describeTool: (threadId, server, tool) => describeTool(context.connection, threadId, server, tool),
      notice: (message) => context.notice(message),
      callTool: async (call) => toToolReply(await context.tools.answer(call)),
      sendMessage: (threadId, turnId, text) => this.#sendMessage(threadId, turnId, text),
      abort: () => context.interrupt(new TurnInterruptedError("The turn was aborted by the answer to a request.")),
    });
  }

  /** The number of questions that the host has not answered yet. */
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

  /** Treats the thread as that of a sub-agent of this turn. */
  acceptSubagent(threadId: string): ThreadListener {
    return this.#subagents.accept(threadId, this.#requests);
  }

  /** Interrupts the sub-agents. */
  async interruptSubagents(graceMs: number): Promise<void> {
    await this.#subagents.interrupt(this.#context.connection, graceMs);
  }

  /** The turn has ended: withdraws its questions. */
  end(): void {
    this.#requests.end();
    this.endTools(new TurnInterruptedError("The turn has ended."));
  }

  /** Ends the calls of the host's tools. */
  endTools(reason: CodexError): void {
    this.#context.tools.end(reason);
  }

  /** Stops listening. Requests of sub-agents that continue are declined. */
  release(): void {
    this.end();
    this.#subagents.release(this.#context.connection);
  }

  #itemsOf(threadId: string): ThreadItems | undefined {
    return threadId === this.#context.threadId ? this.#items : this.#subagents.itemsOf(threadId);
  }

  async #sendMessage(threadId: string, expectedTurnId: string, text: string): Promise<void> {
    const input = [{ type: "text" as const, text, text_elements: [] }];
    // The turn may have ended while the handler was running.
    await this.#context.connection.request("turn/steer", { threadId, expectedTurnId, input }).catch(() => undefined);
  }
}

function environmentOf({ cwd, additionalDirectories, connection }: TurnRequestsContext): ApprovalEnvironment {
  const temporary = [os.tmpdir(), "/tmp", connection.environment["TMPDIR"] ?? "/tmp"];
  return {
    workingDirectory: cwd ?? null,
    writableRoots: [...(cwd === undefined ? [] : [cwd]), ...additionalDirectories, ...temporary].map((each) =>
      path.resolve(each),
    ),
    searchPath: (connection.commandPath ?? connection.environment["PATH"] ?? "").split(path.delimiter),
  };
}
