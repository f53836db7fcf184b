// What a scripted answer is made of: output items, pauses and faults, in the order they are sent.

/** Text that the model writes, in one delta or in several. */
export interface PiecedText {
  text: string;
  /** The deltas, which together are `text`. */
  pieces: readonly string[];
  /** How long to wait before each piece but the first, in milliseconds. */
  pauseMs: number;
}

export interface MessagePart extends PiecedText {
  kind: "message";
  phase: "commentary" | "final_answer" | undefined;
}

export interface ReasoningPart extends PiecedText {
  kind: "reasoning";
}

/** A call of one of Codex's tools, of an MCP server's or of the host's. */
export interface CallPart {
  kind: "call";
  name: string;
  /** Arguments, as an object, or as the raw text that the model wrote. */
  arguments: object | string;
  namespace: string | undefined;
  callId: string | undefined;
}

/** A call whose input is free text, such as `apply_patch`. */
export interface CustomCallPart {
  kind: "custom_call";
  name: string;
  input: string;
  callId: string | undefined;
}

export interface WebSearchPart {
  kind: "web_search";
  action: { type: string; [key: string]: unknown };
}

/** A raw output item of the Responses API. */
export interface ItemPart {
  kind: "item";
  item: { type: string; [key: string]: unknown };
}

/** A raw event of the Responses API. */
export interface EventPart {
  kind: "event";
  event: { type: string; [key: string]: unknown };
}

export interface PausePart {
  kind: "pause";
  ms: number;
}

/** The connection breaks, after some text of a message that never ends. */
export interface CutPart {
  kind: "cut";
  text: string | undefined;
}

/** Nothing happens until something else has. */
export interface WaitPart {
  kind: "wait";
  until: PromiseLike<unknown> | (() => PromiseLike<unknown>);
}

/** Nothing more is sent, after some text of a message that never ends; after `ms` the connection breaks. */
export interface SilencePart {
  kind: "silence";
  text: string | undefined;
  ms: number | undefined;
}

export interface MalformedPart {
  kind: "malformed";
  what: "json" | "html" | "empty";
}

/** The response ends with `response.failed`. */
export interface FailedPart {
  kind: "failed";
  code: string;
  message: string;
}

/** The response ends with `response.incomplete`. */
export interface IncompletePart {
  kind: "incomplete";
  reason: string;
}

/** The request is refused with an HTTP status. */
export interface RefusalPart {
  kind: "refusal";
  status: number;
  headers: Readonly<Record<string, string>>;
  body: unknown;
}

/** Parts after which nothing can follow in the same answer. */
export type EndPart = CutPart | SilencePart | MalformedPart | FailedPart | IncompletePart;

/** One part of an answer. Made by `say`, `runCommand`, `cut` and the like. */
export type Part =
  | MessagePart
  | ReasoningPart
  | CallPart
  | CustomCallPart
  | WebSearchPart
  | ItemPart
  | EventPart
  | PausePart
  | WaitPart
  | EndPart;

/** Tokens that a response reports. */
export interface ScriptedUsage {
  /** Input tokens, the cached ones included. Default 10. */
  input: number;
  /** Input tokens that came from the cache. Default 0. */
  cached: number;
  /** Output tokens, those of reasoning included. Default 5. */
  output: number;
  /** Output tokens spent on reasoning. Default 0. */
  reasoning: number;
}

/** The whole answer to one request. Made by `respond`, `together`, `fail` and `repeat`. */
export interface Answer {
  kind: "answer";
  parts: readonly (Part | RefusalPart)[];
  usage: ScriptedUsage;
  /** How many requests of the thread get this answer. */
  times: number;
}

/** What one request is answered with: a part, several parts of one response, or a whole answer. */
export type Step = Part | readonly Part[] | Answer;
