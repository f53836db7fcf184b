// Functions of the host that the agent can call.
import type { HostAbortSignal } from "../internal/abort-signal.js";
import { InvalidInputError } from "../errors/errors.js";
import type { InferOutput, OutputSchema } from "../schema/output-schema.js";
import type { ToolImage } from "./tool-image.js";

/** The context of a call that `execute` receives. */
export interface ToolContext {
  /** Aborts when the result is no longer needed: the turn ended, was interrupted or timed out. */
  signal: HostAbortSignal;
  /** The ID of the thread whose agent makes the call. */
  threadId: string;
  turnId: string;
  /** The `id` of the call's `tool_call` item. */
  callId: string;
}

/** One part of a result: text, or an image created by `image()`. */
export type ToolContent = { type: "text"; text: string } | ToolImage;

/** The definition of a tool. */
export interface ToolDefinition<Schema extends OutputSchema | undefined = undefined> {
  /**
   * The tool's name for the agent: up to 64 letters, digits, `_` and `-`. Must be unique among the tools of a thread and
   * those of Codex.
   */
  name: string;
  /** What the tool does and when to use it. The agent receives this text. */
  description: string;
  /** The arguments: a Standard Schema or a JSON Schema object. @defaultValue no arguments */
  input?: Schema;
  /**
   * Runs for each call, with validated arguments: for a Standard Schema its output, with defaults and transforms applied.
   * Calls may run concurrently.
   *
   * A string is the text of the result, and `undefined` an empty text. A `ToolContent`, or an array of them, is sent
   * unchanged; anything else is sent as JSON. If it throws or rejects, the agent receives a failed call with the error's
   * message.
   */
  execute(args: InferOutput<Schema>, context: ToolContext): unknown;
}

/** A function of the host that the agent may call. Created by `tool()`. */
export interface Tool<Args = never> {
  readonly name: string;
  readonly description: string;
  readonly input: unknown;
  readonly execute: (args: Args, context: ToolContext) => unknown;
}

const brand = Symbol.for("codex-sdk.Tool");

/**
 * Creates a tool from a function of this program. Pass it to a thread in `tools`, which validates names and schemas.
 * @throws InvalidInputError if `definition` is not an object.
 */
export function tool<const Schema extends OutputSchema | undefined = undefined>(
  definition: ToolDefinition<Schema>,
): Tool<InferOutput<Schema>> {
  // Untyped callers can pass any value.
  const given: unknown = definition;
  if (typeof given !== "object" || given === null) {
    throw new InvalidInputError("tool() must be given an object: { name, description, input, execute }.");
  }
  const created: Tool<InferOutput<Schema>> = {
    name: definition.name,
    description: definition.description,
    input: definition.input,
    execute: (args, context) => definition.execute(args, context),
  };
  return Object.freeze(Object.defineProperty(created, brand, { value: typeof definition.execute === "function" }));
}

/** Whether `value` was created by `tool()`, including that of another copy of this SDK. */
export function isTool(value: unknown): value is Tool {
  return typeof value === "object" && value !== null && brand in value;
}

/** Whether the tool has a function to run. */
export function canExecute(made: Tool): boolean {
  return Reflect.get(made, brand) === true;
}
