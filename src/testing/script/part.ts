// The parts of a scripted answer: output items, pauses and faults, in the order in which they are sent.

/** Text that the model writes, in one delta or in several. */
export interface PiecedText {
  text: string;
  /** The deltas, which together are `text`. */
  pieces: readonly string[];
  /** Delay before each piece except the first, in milliseconds. */
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
  /** Arguments as an object, or as the raw text that the model wrote. */
  arguments: object | string;
  namespace: string | undefined;
  callId: string | undefined;
}

/** A call whose input is plain text, such as `apply_patch`. */
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

/** The connection breaks, after some text of an unfinished message. */
export interface CutPart {
  kind: "cut";
  text: string | undefined;
}

/** Waits until the promise is fulfilled. */
export interface WaitPart {
  kind: "wait";
  until: PromiseLike<unknown> | (() => PromiseLike<unknown>);
}

/** Nothing more is sent, after some text of an unfinished message. After `ms` the connection breaks. */
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

/** The request is rejected with an HTTP status. */
export interface RefusalPart {
  kind: "refusal";
  status: number;
  headers: Readonly<Record<string, string>>;
  body: unknown;
}

/** Parts that end the answer. */
export type EndPart = CutPart | SilencePart | MalformedPart | FailedPart | IncompletePart;

/** One part of an answer. Created by `say`, `runCommand`, `cut` and similar functions. */
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
  /** Input tokens, including cached ones. @defaultValue 10 */
  input: number;
  /** Input tokens from the cache. @defaultValue 0 */
  cached: number;
  /** Output tokens, including those of reasoning. @defaultValue 5 */
  output: number;
  /** Output tokens used for reasoning. @defaultValue 0 */
  reasoning: number;
}

/** The complete answer to one request. Created by `respond`, `together`, `fail` and `repeat`. */
export interface Answer {
  kind: "answer";
  parts: readonly (Part | RefusalPart)[];
  usage: ScriptedUsage;
  /** The number of requests of the thread that get this answer. */
  times: number;
}

/** The answer to one request: a part, several parts of one response, or a complete answer. */
export type Step = Part | readonly Part[] | Answer;
