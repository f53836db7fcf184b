// Collects what passed between Codex and the endpoint, in the form of a cassette.
import { isDeepStrictEqual } from "node:util";
import type { JsonObject } from "../../internal/json.js";
import { codexVersion } from "../../internal/version.js";
import type { Cassette, RecordedInteraction, RecordedResponse } from "./cassette.js";
import type { RequestShape } from "./request-shape.js";

export class CassetteRecorder {
  readonly #interactions: RecordedInteraction[] = [];
  readonly #names = new Map<string, string>();
  /** The input of each conversation's last request. */
  readonly #inputs = new Map<string, readonly JsonObject[]>();

  /** Requests are kept in the order in which they arrived. Returns a function that adds the response. */
  begin(shape: RequestShape): (response: RecordedResponse) => void {
    const { threadId, input, ...request } = shape;
    const name = this.#names.get(threadId) ?? `thread-${this.#names.size + 1}`;
    this.#names.set(threadId, name);
    const continues = commonLength(this.#inputs.get(name) ?? [], input);
    this.#inputs.set(name, input);
    const interaction: RecordedInteraction = {
      conversation: name,
      request: { ...request, continues, input: input.slice(continues) },
      response: { status: 0, headers: {}, body: "" },
    };
    this.#interactions.push(interaction);
    return (response) => {
      interaction.response = response;
    };
  }

  /** Requests without a response, which Codex left or the endpoint never answered, are not part of it. */
  cassette(): Cassette {
    return {
      format: "codex-sdk-cassette",
      version: 1,
      codexVersion,
      interactions: this.#interactions.filter(({ response }) => response.status !== 0),
    };
  }
}

function commonLength(a: readonly JsonObject[], b: readonly JsonObject[]): number {
  let length = 0;
  while (length < a.length && length < b.length && isDeepStrictEqual(a[length], b[length])) length++;
  return length;
}
