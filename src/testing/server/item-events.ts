// The events with which the Responses API streams one output item.
import type { PiecedText } from "../script/part.js";
import { argumentsText, outputItem, type ItemLikePart, type OutputItem } from "./output-item.js";

export interface ResponseEvent {
  type: string;
  [key: string]: unknown;
}

/** The next action: an event, or a pause in milliseconds. */
export type PlayAction = { type: "event"; event: ResponseEvent } | { type: "pause"; ms: number };

/** An item's events, from `output_item.added` to `output_item.done`. */
export function* itemEvents(part: ItemLikePart, id: string, outputIndex: number): Generator<PlayAction> {
  const item = outputItem(part, id);
  const at = { output_index: outputIndex };
  yield event({ type: "response.output_item.added", ...at, item: started(item) });
  yield* growth(part, { ...at, item_id: item["id"] });
  yield event({ type: "response.output_item.done", ...at, item });
}

/** The events of an unfinished message. */
export function* unfinishedMessage(text: string, id: string, outputIndex: number): Generator<PlayAction> {
  const part = { kind: "message", phase: undefined, text, pieces: [text], pauseMs: 0 } as const;
  for (const action of itemEvents(part, id, outputIndex)) {
    if (action.type === "event" && action.event.type === "response.output_text.done") return;
    yield action;
  }
}

function* growth(part: ItemLikePart, at: object): Generator<PlayAction> {
  switch (part.kind) {
    case "message":
      yield* messageGrowth(part, { ...at, content_index: 0 });
      return;
    case "reasoning":
      yield* reasoningGrowth(part, { ...at, summary_index: 0 });
      return;
    case "call":
      yield event({ type: "response.function_call_arguments.delta", ...at, delta: argumentsText(part) });
      yield event({ type: "response.function_call_arguments.done", ...at, arguments: argumentsText(part) });
      return;
    case "custom_call":
      yield event({ type: "response.custom_tool_call_input.delta", ...at, delta: part.input });
      yield event({ type: "response.custom_tool_call_input.done", ...at, input: part.input });
      return;
    case "web_search":
      yield event({ type: "response.web_search_call.in_progress", ...at });
      yield event({ type: "response.web_search_call.searching", ...at });
      yield event({ type: "response.web_search_call.completed", ...at });
      return;
    case "item":
      return;
  }
}

function* messageGrowth(part: PiecedText, at: object): Generator<PlayAction> {
  const whole = { type: "output_text", text: part.text, annotations: [] };
  yield event({ type: "response.content_part.added", ...at, part: { ...whole, text: "" } });
  yield* deltas("response.output_text.delta", part, at);
  yield event({ type: "response.output_text.done", ...at, text: part.text });
  yield event({ type: "response.content_part.done", ...at, part: whole });
}

function* reasoningGrowth(part: PiecedText, at: object): Generator<PlayAction> {
  yield event({ type: "response.reasoning_summary_part.added", ...at, part: { type: "summary_text", text: "" } });
  yield* deltas("response.reasoning_summary_text.delta", part, at);
  yield event({ type: "response.reasoning_summary_text.done", ...at, text: part.text });
  yield event({ type: "response.reasoning_summary_part.done", ...at, part: { type: "summary_text", text: part.text } });
}

function* deltas(type: string, { pieces, pauseMs }: PiecedText, at: object): Generator<PlayAction> {
  for (const [index, delta] of pieces.entries()) {
    if (index > 0 && pauseMs > 0) yield { type: "pause", ms: pauseMs };
    yield event({ type, ...at, delta });
  }
}

function event(event: ResponseEvent): PlayAction {
  return { type: "event", event };
}

/** The item before any of its content was sent. */
function started(item: OutputItem): OutputItem {
  switch (item.type) {
    case "message":
      return { ...item, status: "in_progress", content: [] };
    case "reasoning":
      return { ...item, summary: [] };
    case "function_call":
      return { ...item, status: "in_progress", arguments: "" };
    case "custom_tool_call":
      return { ...item, status: "in_progress", input: "" };
    case "web_search_call":
      return { ...item, status: "in_progress" };
    default:
      return item;
  }
}
