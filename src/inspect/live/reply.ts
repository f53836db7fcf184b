// Converts a reply from the page to the answer of a handler.
import type { UserQuestion } from "../../index.js";
import { isJsonObject } from "../../internal/json.js";
import type { JsonObject } from "../../internal/json.js";
import { HttpError } from "../../ui/routes/http-error.js";
import type { OpenRequest } from "../api.js";

export interface Reply {
  answer: unknown;
  /** The outcome that is shown on other pages. */
  decision: string;
  /** Texts that must be redacted. */
  secrets?: readonly string[];
}

/** @throws HttpError if the request does not permit the answer. */
export function toReply(open: OpenRequest, body: JsonObject): Reply {
  switch (open.kind) {
    case "approval":
      return approvalReply(open.answers, body);
    case "questions":
      return questionsReply(open.isCut ? [] : open.request.questions, body);
    case "elicitation":
      return elicitationReply(open.isCut, body);
  }
}

function approvalReply(answers: readonly string[], { decision, reason }: JsonObject): Reply {
  const known = answers.find((each) => each === decision);
  if (typeof decision !== "string") throw invalid('`decision` must be a string, such as "approve".');
  if (known === undefined) throw notPossible(answers);
  if (reason !== undefined && reason !== null && (typeof reason !== "string" || reason.length > 10_000)) {
    throw invalid("`reason` must be a string of at most 10,000 characters.");
  }
  const given = typeof reason === "string" && reason !== "" ? reason : undefined;
  return { answer: known === "decline" ? { decision: known, reason: given } : known, decision: known };
}

/** `answers` by question ID: a string or several. `{ decision: "decline" }` declines. */
function questionsReply(questions: readonly UserQuestion[], { answers, decision }: JsonObject): Reply {
  if (decision === "decline") return { answer: undefined, decision };
  if (!isJsonObject(answers)) throw invalid("`answers` must be an object with an answer for each question ID.");
  const texts = Object.entries(answers).map(([id, value]): [UserQuestion, string[]] => {
    const question = questions.find((each) => each.id === id);
    if (!question) throw invalid("`answers` contains a key that is not a question ID.");
    const list: unknown[] = Array.isArray(value) ? value : [value];
    if (!list.every((text) => typeof text === "string"))
      throw invalid("Each answer must be a string or a list of strings.");
    return [question, list];
  });
  const secrets = texts.flatMap(([{ isSecret }, list]) => (isSecret ? list : []));
  return { answer: Object.fromEntries(texts.map(([{ id }, list]) => [id, list])), decision: "answered", secrets };
}

const actions = ["accept", "decline", "cancel"];

function elicitationReply(isCut: boolean, { action, content }: JsonObject): Reply {
  const possible = isCut ? actions.slice(1) : actions;
  if (typeof action !== "string") throw invalid('`action` must be "accept", "decline" or "cancel".');
  if (!possible.includes(action)) throw notPossible(possible);
  if (action !== "accept") return { answer: action, decision: action };
  if (content !== undefined && !isJsonObject(content)) throw invalid("`content` must be an object.");
  return { answer: { action, content }, decision: action };
}

function invalid(message: string): HttpError {
  return new HttpError(400, "invalid_body", message);
}

function notPossible(answers: readonly string[]): HttpError {
  return new HttpError(400, "decision_not_possible", `The answer must be one of ${answers.join(", ")}.`);
}
