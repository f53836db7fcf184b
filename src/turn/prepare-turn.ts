// Prepares a turn: validates the input and options, and converts them to what is sent.
import { prepareInput } from "../input/prepare-input.js";
import type { Input } from "../input/input.js";
import { InvalidInputError } from "../errors/errors.js";
import { deepestMessage, nestingOf } from "../internal/nesting.js";
import type { TurnOptions } from "../options/options.js";
import type { TurnRequest } from "../transport/transport.js";

export interface PreparedTurn {
  request: TurnRequest;
  /** Parses the final answer. */
  parse: (finalResponse: string) => Promise<unknown>;
}

/** @throws InvalidInputError for input or a schema that Codex cannot use. */
export async function prepareTurn(input: Input, options: TurnOptions): Promise<PreparedTurn> {
  const { signal, outputSchema, model, modelReasoningEffort, cyberAccessProgram, sandboxMode, approvalPolicy } =
    options;
  const parts = await prepareInput(input, { signal });
  const schema = outputSchema === undefined ? undefined : await loadSchema(outputSchema);
  return {
    request: {
      input: parts,
      outputSchema: schema?.prepared.jsonSchema,
      model,
      modelReasoningEffort,
      cyberAccessProgram,
      sandboxMode,
      approvalPolicy,
    },
    parse: async (text) => schema?.parse(text),
  };
}

/** Parses a recorded final answer. */
export async function parseResponse(finalResponse: string, outputSchema: unknown): Promise<unknown> {
  return outputSchema === undefined ? undefined : (await loadSchema(outputSchema)).parse(finalResponse);
}

/** The schema is sent as part of the parameters of a message. */
const deepestSchema = deepestMessage - 2;

/** Few turns have schemas, so the code for them is loaded with the first one. */
async function loadSchema(outputSchema: unknown) {
  const [{ prepareSchema }, { parseOutput }] = await Promise.all([
    import("../schema/prepare-schema.js"),
    import("../schema/parse-output.js"),
  ]);
  const prepared = await prepareSchema(outputSchema, "outputSchema");
  if (nestingOf(prepared.jsonSchema, deepestSchema) > deepestSchema) {
    throw new InvalidInputError(
      `\`outputSchema\` is nested more than ${deepestSchema} levels deep, counting objects and arrays. Codex ignores such ` +
        "a schema. Flatten it, or describe the inner levels in the prompt.",
    );
  }
  return { prepared, parse: (text: string) => parseOutput(text, prepared) };
}
