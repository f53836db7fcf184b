// The routes "approve" and "answer": the user's answers to requests of a running turn.
import { isJsonObject } from "../../internal/json.js";
import type { ApprovalDecision } from "../../index.js";
import type { LiveTurn } from "../live/live-turn.js";
import type { AnswerResult, ApprovalReply } from "../live/open-requests.js";
import { HttpError, json } from "./http-error.js";
import { readBody, textField } from "./request-body.js";
import type { RouteScope } from "./route-scope.js";

interface ApprovalResponse extends ApprovalReply {
  approvalId: string;
}

export async function approve(scope: RouteScope, request: Request, threadId: string): Promise<Response> {
  await scope.authorize(request, "approve", threadId);
  const body = await readBody(request, scope.maxBodyBytes);
  const { decision, reason } = body;
  if (typeof decision !== "string")
    throw new HttpError(400, "invalid_body", '`decision` must be a text, such as "approve".');
  giveApproval(scope, scope.running(threadId), {
    approvalId: textField(body, "approvalId"),
    // `giveApproval` validates the decision.
    decision: decision as ApprovalDecision,
    reason: reasonOf(reason),
  });
  return json({ accepted: true });
}

/** @throws HttpError if the answer is not accepted. */
export function giveApproval(scope: RouteScope, live: LiveTurn, response: ApprovalResponse): void {
  const { decisions = ["approve", "decline", "abort"] } = scope.options;
  if (!decisions.includes(response.decision)) {
    throw new HttpError(400, "decision_not_allowed", "This server does not allow this decision.");
  }
  checkResult(live.approve(response.approvalId, response), "approval");
}

/** The answers in a message of `useChat`: tool parts in the state "approval-responded". */
export function approvalResponses(message: unknown): ApprovalResponse[] {
  const parts = isJsonObject(message) && Array.isArray(message["parts"]) ? (message["parts"] as unknown[]) : [];
  return parts.flatMap((part): ApprovalResponse[] => {
    if (!isJsonObject(part) || part["state"] !== "approval-responded" || !isJsonObject(part["approval"])) return [];
    const { id, approved, reason } = part["approval"];
    if (typeof id !== "string" || typeof approved !== "boolean") return [];
    return [{ approvalId: id, decision: approved ? "approve" : "decline", reason: reasonOf(reason) }];
  });
}

/**
 * `answers` for questions of the agent, `action` and `content` for those of MCP servers. Without them, the question is
 * declined.
 */
export async function answer(scope: RouteScope, request: Request, threadId: string): Promise<Response> {
  await scope.authorize(request, "answer", threadId);
  const body = await readBody(request, scope.maxBodyBytes);
  const { answers, action, content } = body;
  if (answers !== undefined && !isJsonObject(answers)) {
    throw new HttpError(400, "invalid_body", "`answers` must be an object with an answer for each question ID.");
  }
  const elicited = action === undefined ? undefined : { action, ...(content !== undefined && { content }) };
  const live = scope.running(threadId);
  checkResult(live.answer(textField(body, "questionId"), answers ?? elicited), "question");
  return json({ accepted: true });
}

function reasonOf(reason: unknown): string | undefined {
  return typeof reason === "string" && reason !== "" ? reason.slice(0, 2_000) : undefined;
}

function checkResult(result: AnswerResult, what: "approval" | "question"): void {
  switch (result) {
    case "accepted":
      return;
    case "unknown":
      throw new HttpError(404, `${what}_not_found`, `This turn has no ${what} with this ID.`);
    case "already_answered":
      throw new HttpError(409, `${what}_already_answered`, `This ${what} was already answered, or is no longer open.`);
    case "not_possible":
      throw new HttpError(400, "decision_not_possible", "This approval does not allow this decision.");
  }
}
