// Passes Codex's requests during a turn to the host's handlers. Codex always receives a response.
import { messageOf } from "../../internal/message-of.js";
import type { ApprovalContext, ApprovalRequest, RequestContext } from "../../approvals/approval.js";
import type { McpToolCallItem, ThreadItem } from "../../events/items.js";
import type { ThreadOptions } from "../../options/options.js";
import { isJsonObject } from "../../internal/json.js";
import type { OpenCall } from "../../tools/host-call.js";
import { unwatched } from "../../tools/watched-call.js";
import type { WatchCall } from "../../tools/watched-call.js";
import type { RequestId } from "../protocol/RequestId.js";
import type { ServerRequest } from "../protocol/ServerRequest.js";
import type { DynamicToolCallParams } from "../protocol/v2/DynamicToolCallParams.js";
import { readApprovalAnswer } from "./approval-answer.js";
import type { ApprovalResult } from "./approval-answer.js";
import { commandReply, fileChangeReply, permissionsReply } from "./approval-reply.js";
import { toCommandRequest, toFileChangeRequest, toPermissionsRequest } from "./approval-request.js";
import { declined, readElicitationAnswer, toElicitationRequest } from "./elicitation.js";
import { isMcpToolQuestion, mcpToolReply, toMcpToolRequest } from "./mcp-tool-approval.js";
import type { ToolInformation } from "./mcp-tool-approval.js";
import { OpenQuestion } from "./open-question.js";
import { unattendedReply } from "./unattended.js";
import { readUserInput, toUserInputRequest, unanswered } from "./user-input.js";

export type Handlers = Pick<ThreadOptions, "onApproval" | "onUserInput" | "onElicitation">;

/** The parts of the turn that are required to answer requests. */
export interface RequestingTurn {
  readonly handlers: Handlers;
  /** The turn's own thread. Requests of other threads come from its sub-agents. */
  readonly threadId: string | null;
  /** Information about the thread for approval policies. */
  readonly environment: ApprovalEnvironment;
  readonly openCall: OpenCall;
  readonly watchCall?: WatchCall | undefined;
  /** An item that has started and not completed. */
  openItem(threadId: string, itemId: string): ThreadItem | undefined;
  /** The server's description of a tool. Never rejects. */
  describeTool(threadId: string, server: string, tool: string): Promise<ToolInformation>;
  /** Emits an `error` item, which does not end the turn. */
  notice(message: string): void;
  /** Runs a tool of the host. */
  callTool(params: DynamicToolCallParams): Promise<object>;
  /** Adds a message to a running turn. */
  sendMessage(threadId: string, turnId: string, text: string): Promise<void>;
  /** Ends the turn, after an answer of "abort". */
  abort(): void;
}

export type ApprovalEnvironment = Pick<ApprovalContext, "workingDirectory" | "writableRoots" | "searchPath">;

type RequestOf<Method extends ServerRequest["method"]> = Extract<ServerRequest, { method: Method }>;
type ParamsOf<Method extends ServerRequest["method"]> = RequestOf<Method>["params"];

/** The origin of a question. */
interface Origin {
  id: RequestId;
  threadId: string;
  turnId: string | null;
}

export class ServerRequests {
  readonly #turn: RequestingTurn;
  readonly #open = new Map<RequestId, OpenQuestion>();
  #hasEnded = false;

  constructor(turn: RequestingTurn) {
    this.#turn = turn;
  }

  /** The number of questions that the host has not answered yet. */
  get openCount(): number {
    return this.#open.size;
  }

  /** Undefined for a request that is not handled here. */
  answer(request: ServerRequest): Promise<object> | undefined {
    const unattended = unattendedReply(request);
    if (this.#hasEnded) return unattended && Promise.resolve(unattended);
    switch (request.method) {
      case "item/commandExecution/requestApproval":
        return this.#command(request.params, originOf(request));
      case "item/fileChange/requestApproval":
        return this.#fileChange(request.params, originOf(request));
      case "item/permissions/requestApproval":
        return this.#permissions(request.params, originOf(request));
      case "item/tool/requestUserInput":
        return this.#userInput(request.params, originOf(request));
      case "mcpServer/elicitation/request":
        return this.#elicitation(request.params, originOf(request));
      case "item/tool/call":
        return this.#turn.callTool(request.params);
      default:
        return unattended && Promise.resolve(unattended);
    }
  }

  /** Codex no longer needs the answer. */
  withdraw(id: RequestId): void {
    this.#open.get(id)?.withdraw();
  }

  /** Withdraws every question; later requests are declined. */
  end(): void {
    this.#hasEnded = true;
    for (const question of this.#open.values()) question.withdraw();
  }

  async #command(params: ParamsOf<"item/commandExecution/requestApproval">, origin: Origin) {
    const { decision } = await this.#approve(toCommandRequest(params), origin, params.itemId);
    return commandReply(decision, params);
  }

  async #fileChange(params: ParamsOf<"item/fileChange/requestApproval">, origin: Origin) {
    const item = this.#turn.openItem(params.threadId, params.itemId) ?? null;
    const request = toFileChangeRequest(params, item, this.#turn.environment.workingDirectory);
    const { decision } = await this.#approve(request, origin, params.itemId);
    return fileChangeReply(decision);
  }

  async #permissions(params: ParamsOf<"item/permissions/requestApproval">, origin: Origin) {
    const { decision } = await this.#approve(toPermissionsRequest(params), origin, params.itemId);
    return permissionsReply(decision, params);
  }

  async #userInput(params: ParamsOf<"item/tool/requestUserInput">, origin: Origin) {
    const item = this.#turn.openItem(params.threadId, params.itemId);
    if (item?.type === "mcp_tool_call" && isMcpToolQuestion(params, item)) {
      return this.#mcpToolCall(params, item, origin);
    }
    const { onUserInput } = this.#turn.handlers;
    if (!onUserInput) return unanswered;
    const reply = await this.#ask("onUserInput", origin, {
      put: (context) => onUserInput(toUserInputRequest(params), { ...context, itemId: params.itemId }),
      read: (answer) => readUserInput(answer, params),
    });
    return reply ?? unanswered;
  }

  async #mcpToolCall(params: ParamsOf<"item/tool/requestUserInput">, item: McpToolCallItem, origin: Origin) {
    if (!this.#turn.handlers.onApproval) return mcpToolReply("decline", params);
    const information = await this.#turn.describeTool(origin.threadId, item.server, item.tool);
    const request = toMcpToolRequest(params, item, information);
    const { decision } = await this.#approve(request, origin, item.id);
    return mcpToolReply(decision, params);
  }

  async #elicitation(params: ParamsOf<"mcpServer/elicitation/request">, origin: Origin) {
    const request = toElicitationRequest(params);
    const { onElicitation } = this.#turn.handlers;
    if (!request || !onElicitation) return declined;
    const reply = await this.#ask("onElicitation", origin, {
      put: (context) => onElicitation(request, context),
      read: readElicitationAnswer,
    });
    return reply ?? declined;
  }

  async #approve(request: ApprovalRequest, origin: Origin, itemId: string | null): Promise<ApprovalResult> {
    const { onApproval } = this.#turn.handlers;
    if (!onApproval || this.#hasEnded) return { decision: "decline" };
    const item = itemId === null ? null : (this.#turn.openItem(origin.threadId, itemId) ?? null);
    const decided = await this.#ask("onApproval", origin, {
      put: (context) => onApproval(request, { ...context, ...this.#turn.environment, itemId, item }),
      read: (answer) => readApprovalAnswer(answer, request),
    });
    if (decided?.decision === "abort") this.#turn.abort();
    if (decided?.reason !== undefined) await this.#explain(decided.reason, request, origin);
    return decided ?? { decision: "decline" };
  }

  /** The protocol does not have a field for a reason, so the agent receives it as a message after the declined call. */
  async #explain(reason: string, { type }: ApprovalRequest, { threadId, turnId }: Origin): Promise<void> {
    if (turnId === null || this.#hasEnded) return;
    const text = `The approval request (${type}) was declined: ${reason}`;
    await this.#turn.sendMessage(threadId, turnId, text);
  }

  /** The handler's answer; undefined if it is invalid or too late. */
  async #ask<Reply>(
    name: keyof Handlers,
    { id, threadId, turnId }: Origin,
    { put, read }: { put: (context: RequestContext) => unknown; read: (answer: unknown) => Reply | undefined },
  ): Promise<Reply | undefined> {
    const question = new OpenQuestion();
    this.#open.set(id, question);
    const isSubagent = threadId !== this.#turn.threadId;
    const call = this.#turn.openCall(`\`${name}\``);
    const { watchCall = unwatched } = this.#turn;
    const ask = () =>
      question.ask((signal) => call.run(async () => read(await put({ threadId, isSubagent, turnId, signal }))));
    const outcome = await watchCall({ kind: kinds[name], id: String(id), threadId, name }, ask, outcomeName);
    call.end();
    this.#open.delete(id);
    if (outcome === "withdrawn") return undefined;
    if ("error" in outcome) {
      this.#turn.notice(`${name} failed, so the request was declined: ${messageOf(outcome.error)}`);
      return undefined;
    }
    if (outcome.answer === undefined) {
      this.#turn.notice(`${name} returned an answer that this request does not accept, so the request was declined.`);
    }
    return outcome.answer;
  }
}

const kinds = { onApproval: "approval", onUserInput: "question", onElicitation: "elicitation" } as const;

/** The name of a decision; `answered` for other answers, `failed` without one, `withdrawn` if it is no longer needed. */
function outcomeName(outcome: Awaited<ReturnType<OpenQuestion["ask"]>>): string {
  if (outcome === "withdrawn") return "withdrawn";
  if ("error" in outcome || outcome.answer === undefined) return "failed";
  const { answer } = outcome;
  return isJsonObject(answer) && typeof answer["decision"] === "string" ? answer["decision"] : "answered";
}

function originOf({ id, params }: ServerRequest & { params: { threadId: string; turnId: string | null } }): Origin {
  return { id, threadId: params.threadId, turnId: params.turnId };
}
