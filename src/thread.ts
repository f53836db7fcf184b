// One conversation: its turns, one after the other.
import { prepareInput } from "./input/prepare-input.js";
import type { Input } from "./input.js";
import { checkTurnOptions } from "./option-checks.js";
import type { ThreadOptions, TurnOptions } from "./options.js";
import type { InferOutput, OutputSchema } from "./output-schema.js";
import { StreamedTurn } from "./streamed-turn.js";
import type { Transport, TransportThread, TurnRequest } from "./transport/transport.js";
import { abortError, TurnRun } from "./turn.js";
import type { Turn, TurnPlan } from "./turn.js";
import { deferred } from "./deferred.js";
import { checkDirectories } from "./working-directory.js";

/** A conversation with the agent. Made by `Codex.startThread` and `Codex.resumeThread`. */
export class Thread {
  readonly #options: ThreadOptions;
  readonly #thread: TransportThread;
  /** Settles when the last turn that was asked for is over. */
  #last: Promise<void> = Promise.resolve();

  /** @internal */
  constructor(transport: Transport, id: string | null, options: ThreadOptions) {
    this.#options = options;
    this.#thread = transport.openThread(id, options);
  }

  /** The thread's id; null until its first turn has begun. */
  get id(): string | null {
    return this.#thread.id;
  }

  /**
   * Runs a turn to its end. A turn that is asked for while another one runs waits for it.
   * @throws CodexError with what the turn had in `turn`; InvalidInputError before anything is sent.
   */
  async run<const Schema extends OutputSchema | undefined = undefined>(
    input: Input,
    options: TurnOptions<Schema> = {},
  ): Promise<Turn<InferOutput<Schema>>> {
    const place = this.#takePlace();
    try {
      return await new TurnRun(await this.#plan(input, options, place.ready), () => undefined).result;
    } finally {
      place.leave();
    }
  }

  /**
   * Starts a turn and gives its events as they happen.
   * @throws InvalidInputError before anything is sent.
   */
  async runStreamed<const Schema extends OutputSchema | undefined = undefined>(
    input: Input,
    options: TurnOptions<Schema> = {},
  ): Promise<StreamedTurn<InferOutput<Schema>>> {
    const place = this.#takePlace();
    try {
      const turn = new StreamedTurn(await this.#plan(input, options, place.ready));
      turn.completed().then(place.leave, place.leave);
      return turn;
    } catch (error) {
      place.leave();
      throw error;
    }
  }

  /** Claims the turn's place in the order of calls. */
  #takePlace(): { ready: Promise<void>; leave: () => void } {
    const ready = this.#last;
    const place = deferred<void>();
    this.#last = ready.then(() => place.promise);
    return { ready, leave: () => place.resolve() };
  }

  async #plan<Schema extends OutputSchema | undefined>(
    input: Input,
    options: TurnOptions<Schema>,
    ready: Promise<void>,
  ): Promise<TurnPlan<InferOutput<Schema>>> {
    checkTurnOptions(options);
    const { signal, outputSchema, timeoutMs, idleTimeoutMs } = options;
    if (signal?.aborted) throw abortError(signal);
    checkDirectories(this.#options, this.id === null);
    const parts = await prepareInput(input, { signal });
    const schema = outputSchema === undefined ? undefined : await loadSchema(outputSchema);
    if (signal?.aborted) throw abortError(signal);
    const request: TurnRequest = {
      input: parts,
      outputSchema: schema?.prepared.jsonSchema,
      model: options.model,
      modelReasoningEffort: options.modelReasoningEffort,
      cyberAccessProgram: options.cyberAccessProgram,
    };
    return {
      limits: { timeoutMs, idleTimeoutMs },
      signal,
      ready,
      start: (emit) => this.#thread.startTurn(request, emit),
      // Without a schema there is no output, and `InferOutput` is undefined.
      parse: async (text) => (await schema?.parse(text)) as InferOutput<Schema>,
    };
  }
}

/** Schemas are seldom used; what they need is loaded with the first one. */
async function loadSchema(outputSchema: OutputSchema) {
  const [{ prepareSchema }, { parseOutput }] = await Promise.all([
    import("./schema/prepare-schema.js"),
    import("./schema/parse-output.js"),
  ]);
  const prepared = await prepareSchema(outputSchema, "outputSchema");
  return { prepared, parse: (text: string) => parseOutput(text, prepared) };
}
