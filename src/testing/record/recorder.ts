// Collects the traffic between Codex and the endpoint in the form of a cassette.
import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../internal/json.js";
import { codexVersion } from "../../internal/version.js";
import type { Cassette, RecordedInteraction, RecordedResponse } from "./cassette.js";
import { CassetteError } from "./cassette-error.js";
import type { RequestShape } from "./request-shape.js";

/** A request that is being recorded. */
interface Recording {
  conversation: string;
  shape: RequestShape;
  /** Undefined if Codex cancelled the request, or the endpoint did not answer it. */
  response: RecordedResponse | undefined;
  /** The reason why the endpoint did not answer. */
  failure: string | undefined;
}

export class CassetteRecorder {
  readonly #recordings: Recording[] = [];
  readonly #names = new Map<string, string>();

  /** Requests are kept in the order in which they arrived. */
  begin(shape: RequestShape): { finish(response: RecordedResponse): void; fail(reason: string): void } {
    const { threadId } = shape;
    const conversation = this.#names.get(threadId) ?? `thread-${this.#names.size + 1}`;
    this.#names.set(threadId, conversation);
    const recording: Recording = { conversation, shape, response: undefined, failure: undefined };
    this.#recordings.push(recording);
    return {
      finish: (response) => {
        recording.response = response;
      },
      fail: (reason) => {
        recording.failure = reason;
      },
    };
  }

  /**
   * Omits requests without a response.
   * @param file The path of the cassette, for error messages.
   * @throws CassetteError if the endpoint did not answer the last request of a conversation.
   */
  cassette(file: string): Cassette {
    for (const name of this.#names.values()) {
      const failure = this.#recordings.findLast(({ conversation }) => conversation === name)?.failure;
      if (failure === undefined) continue;
      throw new CassetteError(
        `The cassette was not written: the upstream endpoint did not answer the last request of ${name}: ${failure}. ` +
          `Record it again: ${file}`,
      );
    }
    const inputs = new Map<string, readonly JsonObject[]>();
    const interactions = this.#recordings.flatMap(({ conversation, shape, response }): RecordedInteraction[] => {
      if (!response) return [];
      const { threadId: _, input, ...request } = shape;
      const continues = commonLength(inputs.get(conversation) ?? [], input);
      inputs.set(conversation, input);
      return [{ conversation, request: { ...request, continues, input: input.slice(continues) }, response }];
    });
    return { format: "codex-sdk-cassette", version: 1, codexVersion, interactions };
  }
}

function commonLength(a: readonly JsonObject[], b: readonly JsonObject[]): number {
  let length = 0;
  while (length < a.length && length < b.length && isDeepStrictEqual(a[length], b[length])) length++;
  return length;
}
