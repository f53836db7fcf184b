// Checks the public Responses API as a strict gateway may: anything else is rejected with 400.
import type { ModelRequest } from "./model-request.js";

/**
 * Fields of a request. Includes `client_metadata`, because Codex sends it to every provider: a gateway that rejects it
 * cannot be used with Codex.
 */
const fields = new Set(
  (
    "background client_metadata conversation include input instructions max_output_tokens max_tool_calls metadata model " +
    "parallel_tool_calls previous_response_id prompt prompt_cache_key prompt_cache_retention reasoning safety_identifier " +
    "service_tier store stream stream_options temperature text tool_choice tools top_logprobs top_p truncation user"
  ).split(" "),
);

/** Fields of a WebSocket message with a request. */
const messageFields = new Set(["type", "generate"]);

const message = "type id role content status phase";
const itemFields: Readonly<Record<string, string>> = {
  message,
  reasoning: "type id summary content encrypted_content status",
  function_call: "type id call_id name arguments status namespace",
  function_call_output: "type id call_id output status",
  custom_tool_call: "type id call_id name input status namespace",
  custom_tool_call_output: "type id call_id output status",
  web_search_call: "type id action status",
  tool_search_call: "type id call_id execution arguments status",
  tool_search_output: "type id call_id execution tools status",
};

/** The error of a strict gateway; undefined for a request that it accepts. */
export function rejectionOf({ kind, body }: ModelRequest): string | undefined {
  if (typeof body !== "object" || body === null) return "The request body must be an object.";
  const unknown = Object.keys(body).find(
    (name) => !fields.has(name) && !(kind === "websocket" && messageFields.has(name)),
  );
  if (unknown !== undefined) return `Unknown parameter: '${unknown}'.`;
  const input: unknown = "input" in body ? body.input : [];
  if (!Array.isArray(input)) return undefined;
  for (const [index, item] of input.entries()) {
    const found = itemRejection(item, `input[${index}]`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function itemRejection(item: unknown, path: string): string | undefined {
  if (typeof item !== "object" || item === null) return `Invalid value: '${path}'.`;
  const type = "type" in item ? String(item.type) : "message";
  const known = Object.hasOwn(itemFields, type) ? itemFields[type] : undefined;
  if (known === undefined) return `Invalid value: '${type}'. ('${path}.type')`;
  const unknown = Object.keys(item).find((name) => !known.split(" ").includes(name));
  return unknown === undefined ? undefined : `Unknown parameter: '${path}.${unknown}'.`;
}
