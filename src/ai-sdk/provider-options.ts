// The types of `providerOptions.codex` of a call, and of `providerMetadata.codex` of its result.
import type { JSONObject, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { InvalidInputError } from "../index.js";
import type { StreamedTurn, ThreadOptions, TurnOptions } from "../index.js";
import { isPlainObject } from "../internal/json.js";

/** Options of a call: those of a thread, those of a turn, and these. They override the settings of the provider. */
export interface CodexProviderOptions
  extends Omit<ThreadOptions, "model" | "tools">, Pick<TurnOptions<undefined>, "timeoutMs" | "idleTimeoutMs"> {
  /** The thread to continue, from `providerMetadata.codex.threadId`. @defaultValue a new thread */
  threadId?: string | undefined;
  /**
   * Whether Codex's approval requests become approval requests of the AI SDK for provider-executed tools. Without this
   * option and without `onApproval`, requests are declined.
   * @defaultValue false
   */
  askApproval?: boolean | undefined;
  /**
   * Whether the output of running commands is streamed. Each part contains the whole output so far, and the AI SDK 7
   * adds every part to the results of the step.
   * @defaultValue false
   */
  preliminaryOutputs?: boolean | undefined;
  /** Receives the running turn, to steer or interrupt it. */
  onTurn?: ((turn: StreamedTurn) => unknown) | undefined;
}

/** The `providerMetadata.codex` of a result. */
export interface CodexProviderMetadata extends JSONObject {
  threadId: string;
}

/** @throws InvalidInputError */
export function readProviderOptions(
  { providerOptions }: Pick<LanguageModelV4CallOptions, "providerOptions">,
  defaults: CodexProviderOptions,
): CodexProviderOptions {
  const given: unknown = providerOptions?.["codex"] ?? {};
  if (!isPlainObject(given)) throw new InvalidInputError("`providerOptions.codex` must be an object.");
  for (const name of ["model", "tools"]) {
    if (name in given) {
      throw new InvalidInputError(
        `\`providerOptions.codex.${name}\` is not an option. Use the \`${name}\` of the AI SDK's call.`,
      );
    }
  }
  // The core validates the options of threads and turns, and rejects unknown ones.
  return { ...defaults, ...(given as CodexProviderOptions) };
}
