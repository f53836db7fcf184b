// Converts a cassette to a script, as a starting point for a hand-written test.
import { isJsonObject, type JsonObject } from "../../internal/json.js";
import { fail, failResponse, incomplete } from "../server/faults.js";
import { respond } from "../server/respond.js";
import { rawItem } from "../script/flow.js";
import { perThread } from "../script/script.js";
import type { PerThreadScript, StepList } from "../script/script.js";
import type { Answer, Part, ScriptedUsage } from "../script/part.js";
import type { Cassette, RecordedResponse } from "./cassette.js";
import { CassetteError } from "./cassette-error.js";

/**
 * Creates a script for `ScriptedModel.start()` with the recorded responses of one conversation, in order. It does not
 * check the requests.
 * @param conversation The name in the cassette, such as `thread-2`. Defaults to the first one.
 * @throws CassetteError if the cassette does not contain the conversation.
 */
export function toScript(cassette: Cassette, conversation?: string): PerThreadScript {
  const names = [...new Set(cassette.interactions.map((each) => each.conversation))];
  const chosen = conversation ?? names[0];
  if (chosen === undefined || !names.includes(chosen)) {
    throw new CassetteError(
      `The cassette has no conversation ${JSON.stringify(chosen)}. It has ${names.join(", ") || "none"}.`,
    );
  }
  const steps: StepList = cassette.interactions
    .filter((each) => each.conversation === chosen && each.request.path.startsWith("/responses"))
    .map(({ response }) => toAnswer(response));
  return perThread(steps);
}

function toAnswer({ status, headers, body, events }: RecordedResponse): Answer {
  if (events === undefined) return fail(status, { headers, body: body ?? "" });
  const parts: Part[] = [];
  let usage: Partial<ScriptedUsage> | undefined;
  for (const [, event] of events) {
    const { type, item, response } = event;
    if (type === "response.output_item.done" && isItem(item)) parts.push(rawItem(item));
    if (!isJsonObject(response)) continue;
    if (type === "response.completed") usage = usageOf(response);
    if (type === "response.failed") parts.push(failResponse(failureOf(response)));
    if (type === "response.incomplete") parts.push(incomplete());
  }
  return respond(parts, usage === undefined ? {} : { usage });
}

function isItem(value: unknown): value is JsonObject & { type: string } {
  return isJsonObject(value) && typeof value["type"] === "string";
}

function usageOf({ usage }: JsonObject): Partial<ScriptedUsage> | undefined {
  if (!isJsonObject(usage)) return undefined;
  const number = (value: unknown) => (typeof value === "number" ? value : 0);
  const details = (value: unknown): JsonObject => (isJsonObject(value) ? value : {});
  return {
    input: number(usage["input_tokens"]),
    cached: number(details(usage["input_tokens_details"])["cached_tokens"]),
    output: number(usage["output_tokens"]),
    reasoning: number(details(usage["output_tokens_details"])["reasoning_tokens"]),
  };
}

function failureOf({ error }: JsonObject): { code: string; message?: string } {
  const { code, message } = isJsonObject(error) ? error : {};
  return { code: typeof code === "string" ? code : "server_error", ...(typeof message === "string" && { message }) };
}
