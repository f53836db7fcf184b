// A prompt with its options, checked and made ready to be sent.
import { prepareInput } from "../input/prepare-input.js";
import type { Input } from "../input/input.js";
import type { TurnOptions } from "../options/options.js";
import type { InferOutput } from "../schema/output-schema.js";
import type { TurnRequest } from "../transport/transport.js";

export interface PreparedTurn<Output> {
  request: TurnRequest;
  /** Reads the final answer. */
  parse: (finalResponse: string) => Promise<Output>;
}

/** @throws InvalidInputError for input or a schema that codex could not use. */
export async function prepareTurn<Schema>(
  input: Input,
  options: TurnOptions<Schema>,
): Promise<PreparedTurn<InferOutput<Schema>>> {
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
    // Without a schema there is no output, and `InferOutput` is undefined.
    parse: async (text) => (await schema?.parse(text)) as InferOutput<Schema>,
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
