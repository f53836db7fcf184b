// Questions of the agent to the user.
import { isJsonObject } from "../../internal/json.js";
import type { UserInputRequest } from "../../approvals/questions.js";
import type { ToolRequestUserInputParams } from "../protocol/v2/ToolRequestUserInputParams.js";
import type { ToolRequestUserInputResponse } from "../protocol/v2/ToolRequestUserInputResponse.js";

export const unanswered: ToolRequestUserInputResponse = { answers: {} };

export function toUserInputRequest({ questions }: ToolRequestUserInputParams): UserInputRequest {
  return {
    questions: questions.map(({ id, header, question, options, isOther, isSecret }) => ({
      id,
      header,
      question,
      options: options?.map(({ label, description }) => ({ label, description })) ?? null,
      isOther,
      isSecret,
    })),
  };
}

/** Undefined if the answers are invalid. */
export function readUserInput(
  answer: unknown,
  { questions }: ToolRequestUserInputParams,
): ToolRequestUserInputResponse | undefined {
  if (answer === undefined) return unanswered;
  if (!isJsonObject(answer)) return undefined;
  const answers: ToolRequestUserInputResponse["answers"] = {};
  for (const [id, value] of Object.entries(answer)) {
    if (value === undefined) continue;
    const texts: unknown[] = Array.isArray(value) ? value : [value];
    if (!questions.some((question) => question.id === id) || !texts.every(isText)) return undefined;
    answers[id] = { answers: texts };
  }
  return { answers };
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}
