// Builds events of the Responses API.

export interface ResponseEvent {
  type: string;
  [field: string]: unknown;
}

let count = 0;
const next = (prefix: string) => `${prefix}_${++count}`;

export function event(response: ResponseEvent): string {
  return `event: ${response.type}\ndata: ${JSON.stringify(response)}\n\n`;
}

export function responseCreated(): ResponseEvent {
  return { type: "response.created", response: { id: next("resp") } };
}

export function responseCompleted(): ResponseEvent {
  const usage = {
    input_tokens: 10,
    input_tokens_details: { cached_tokens: 3 },
    output_tokens: 5,
    output_tokens_details: { reasoning_tokens: 2 },
    total_tokens: 15,
  };
  return { type: "response.completed", response: { id: `resp_${count}`, usage } };
}

export function message(deltas: readonly string[]): ResponseEvent[] {
  const id = next("msg");
  const item = { type: "message", role: "assistant", id };
  return [
    added({ ...item, content: [] }),
    ...deltas.map((delta) => ({
      type: "response.output_text.delta",
      item_id: id,
      output_index: 0,
      content_index: 0,
      delta,
    })),
    done({ ...item, content: [{ type: "output_text", text: deltas.join("") }] }),
  ];
}

/** First reasoning, a plan and a command; then, once the request contains their outputs, text. */
export function richAnswer(requestBody: string): ResponseEvent[] {
  if (requestBody.includes("function_call_output")) return [...message(pieces(200)), ...message(["done"])];
  const plan = {
    plan: [
      { step: "inspect", status: "in_progress" },
      { step: "fix", status: "pending" },
    ],
  };
  return [
    ...reasoning(pieces(20)),
    ...call("update_plan", plan),
    ...call("exec_command", { cmd: "for i in $(seq 1 200); do echo line $i of the output of a command; done" }),
  ];
}

function reasoning(deltas: readonly string[]): ResponseEvent[] {
  const id = next("rs");
  const item = { type: "reasoning", id };
  const position = { item_id: id, summary_index: 0 };
  return [
    added({ ...item, summary: [] }),
    { type: "response.reasoning_summary_part.added", ...position, part: { type: "summary_text", text: "" } },
    ...deltas.map((delta) => ({ type: "response.reasoning_summary_text.delta", ...position, delta })),
    done({ ...item, summary: [{ type: "summary_text", text: deltas.join("") }], encrypted_content: "none" }),
  ];
}

function call(name: string, argument: object): ResponseEvent[] {
  const id = next("call");
  const item = { type: "function_call", id: `fc_${id}`, call_id: id, name, arguments: JSON.stringify(argument) };
  return [added(item), done(item)];
}

function pieces(length: number): string[] {
  return Array.from({ length }, (_, index) => `word ${index} `);
}

function added(item: object): ResponseEvent {
  return { type: "response.output_item.added", item };
}

function done(item: object): ResponseEvent {
  return { type: "response.output_item.done", item };
}
