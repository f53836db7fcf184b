// Validates the input of clients before anything is started.
import * as restate from "@restatedev/restate-sdk";
import type { ApproveRequest, RunRequest } from "./types.js";

/** The options that clients can set. They do not include the agent's permissions. */
const clientOptions: ReadonlySet<string> = new Set([
  "model",
  "modelReasoningEffort",
  "timeoutMs",
  "idleTimeoutMs",
  "outputSchema",
]);

const longestTurnKey = 360;

export function checkRun(request: RunRequest): RunRequest {
  if (typeof request?.input !== "string" || request.input === "") throw badRequest("`input` must be a text.");
  const { turnKey, options } = request;
  if (turnKey !== undefined && (typeof turnKey !== "string" || turnKey === "" || turnKey.length > longestTurnKey)) {
    throw badRequest(`\`turnKey\` must have 1 to ${longestTurnKey} characters.`);
  }
  if (options !== undefined && (typeof options !== "object" || options === null || Array.isArray(options))) {
    throw badRequest("`options` must be an object.");
  }
  for (const name of Object.keys(options ?? {})) {
    if (!clientOptions.has(name)) throw badRequest(`The option ${JSON.stringify(name)} cannot be set by a client.`);
  }
  return request;
}

export function checkAnswer(answer: ApproveRequest): ApproveRequest {
  const { id, decision, reason } = answer ?? {};
  if (typeof id !== "string" || (decision !== "approve" && decision !== "decline")) {
    throw badRequest('`approve` takes the `id` of an open request, and a `decision`: "approve" or "decline".');
  }
  if (reason !== undefined && typeof reason !== "string") throw badRequest("`reason` must be a text.");
  return answer;
}

export function checkSteer(input: string): string {
  if (typeof input !== "string" || input === "") throw badRequest("`steer` takes a text.");
  return input;
}

/** Creates an error that Restate does not retry. */
export function badRequest(message: string): restate.TerminalError {
  return new restate.TerminalError(message, { errorCode: 400 });
}
