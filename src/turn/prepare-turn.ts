// A prompt with its options, checked and made ready to be sent.
import { prepareInput } from "../input/prepare-input.js";
import type { Input } from "../input/input.js";
import type { TurnOptions } from "../options/options.js";
import type { TurnRequest } from "../transport/transport.js";

export interface PreparedTurn {
  request: TurnRequest;
  /** Reads the final answer. */
  parse: (finalResponse: string) => Promise<unknown>;
}

/** @throws InvalidInputError for input or a schema that codex could not use. */
export async function prepareTurn(input: Input, options: TurnOptions): Promise<PreparedTurn> {
  const { signal, outputSchema, model, modelReasoningEffort, cyberAccessProgram } = options;
  const parts = await prepareInput(input, { signal });
  const schema = outputSchema === undefined ? undefined : await loadSchema(outputSchema);
  return {
    request: {
      input: parts,
      outputSchema: schema?.prepared.jsonSchema,
      model,
      modelReasoningEffort,
      cyberAccessProgram,
    },
    parse: async (text) => schema?.parse(text),
  };
}

/** Schemas are seldom used; what they need is loaded with the first one. */
async function loadSchema(outputSchema: unknown) {
  const [{ prepareSchema }, { parseOutput }] = await Promise.all([
    import("../schema/prepare-schema.js"),
    import("../schema/parse-output.js"),
  ]);
  const prepared = await prepareSchema(outputSchema, "outputSchema");
  return { prepared, parse: (text: string) => parseOutput(text, prepared) };
}
