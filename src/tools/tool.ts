// Functions of the host that the agent can call.
import type { HostAbortSignal } from "../internal/abort-signal.js";
import { InvalidInputError } from "../errors/errors.js";
import type { InferOutput, OutputSchema } from "../schema/output-schema.js";
import type { ToolImage } from "./tool-image.js";

/** The context of a call that `execute` receives. */
export interface ToolContext {
  /** Aborts when the result is no longer needed: the turn ended, was interrupted or timed out. */
  signal: HostAbortSignal;
  /** The thread whose agent calls. */
  threadId: string;
  turnId: string;
  /** The `id` of the call's `tool_call` item. */
  callId: string;
}

/** One part of a result: text, or an image made by `image()`. */
export type ToolContent = { type: "text"; text: string } | ToolImage;

/** What `tool()` is given. */
export interface ToolDefinition<Schema extends OutputSchema | undefined = undefined> {
  /**
   * What the agent calls it: up to 64 letters, digits, `_` and `-`. No two tools of a thread may have the same, and none
   * that of one of Codex's own.
   */
  name: string;
  /** What it does and when to use it, for the agent to read. */
  description: string;
  /** What it takes: a Standard Schema or a JSON Schema object. Default: nothing. */
  input?: Schema;
  /**
   * Runs for each call, with arguments that fit `input`: for a Standard Schema its output, with defaults and transforms
   * applied. Calls may run side by side.
   *
   * A string is the text of the result, and `undefined` an empty text. A `ToolContent`, or an array of them, is sent as it
   * is; anything else is sent as JSON. If it throws or rejects, the agent reads a failed call with the error's message.
   */
  execute(args: InferOutput<Schema>, context: ToolContext): unknown;
}

/** A function of the host that the agent may call. Made by `tool()`. */
export interface Tool<Args = never> {
  readonly name: string;
  readonly description: string;
  readonly input: unknown;
  readonly execute: (args: Args, context: ToolContext) => unknown;
}

const brand = Symbol.for("codex-sdk.Tool");

/**
 * Makes a function of this program a tool of the agent; give it to a thread in `tools`. Names and schemas are checked there.
 * @throws InvalidInputError if `definition` is not an object.
 */
export function tool<const Schema extends OutputSchema | undefined = undefined>(
  definition: ToolDefinition<Schema>,
): Tool<InferOutput<Schema>> {
  // JavaScript has no types to hold it back.
  const given: unknown = definition;
  if (typeof given !== "object" || given === null) {
    throw new InvalidInputError("tool() must be given an object: { name, description, input, execute }.");
  }
  const made: Tool<InferOutput<Schema>> = {
    name: definition.name,
    description: definition.description,
    input: definition.input,
    execute: (args, context) => definition.execute(args, context),
  };
  return Object.freeze(Object.defineProperty(made, brand, { value: typeof definition.execute === "function" }));
}

/** Whether `value` was made by `tool()`, also by that of another copy of this SDK. */
export function isTool(value: unknown): value is Tool {
  return typeof value === "object" && value !== null && brand in value;
}

/** Whether the tool was given a function to run. */
export function canExecute(made: Tool): boolean {
  return Reflect.get(made, brand) === true;
}
