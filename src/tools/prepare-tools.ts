// Prepares a thread's tools: the JSON Schema for Codex, and the validation of the agent's arguments.
import type { JsonObject } from "../internal/json.js";
import type { Validation } from "../schema/prepare-schema.js";
import type { Tool } from "./tool.js";

export interface PreparedTool {
  readonly tool: Tool;
  readonly jsonSchema: JsonObject;
  /** Validates the arguments, and returns the value for `execute`. */
  validate(args: unknown): Promise<Validation<unknown>>;
}

/** @throws InvalidInputError if an `input` is not a schema of an object. The message names the tool. */
export async function prepareTools(tools: readonly Tool[]): Promise<readonly PreparedTool[]> {
  if (tools.every(({ input }) => input === undefined)) return tools.map(withoutInput);
  const { prepareSchema } = await import("../schema/prepare-schema.js");
  return Promise.all(
    tools.map(async (tool) => {
      if (tool.input === undefined) return withoutInput(tool);
      const schema = await prepareSchema(tool.input, `The input of the tool "${tool.name}"`, "open");
      return { tool, jsonSchema: schema.jsonSchema, validate: (args: unknown) => schema.validate(args) };
    }),
  );
}

/** A tool without an input ignores the agent's arguments. */
function withoutInput(tool: Tool): PreparedTool {
  return {
    tool,
    jsonSchema: { type: "object", properties: {}, additionalProperties: false },
    validate: () => Promise.resolve({ ok: true, value: undefined }),
  };
}
