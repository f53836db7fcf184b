// What callers pass to a call as `providerOptions.codex`, and what they get back as `providerMetadata.codex`.
import type { JSONObject, LanguageModelV4CallOptions } from "@ai-sdk/provider";
import { InvalidInputError } from "../index.js";
import type { StreamedTurn, ThreadOptions, TurnOptions } from "../index.js";
import { isPlainObject } from "../internal/json.js";

/** Options of a thread, options of a turn, and these. They win over the settings of the provider. */
export interface CodexProviderOptions
  extends Omit<ThreadOptions, "model" | "tools">, Pick<TurnOptions<undefined>, "timeoutMs" | "idleTimeoutMs"> {
  /** The thread to continue, from `providerMetadata.codex.threadId`. @defaultValue a new thread */
  threadId?: string | undefined;
  /**
   * Whether approvals that Codex asks for become approval requests of the AI SDK, for tools that the provider executes.
   * Without it, and without `onApproval`, Codex declines what its sandbox does not allow. @defaultValue false
   */
  askApproval?: boolean | undefined;
  /**
   * Whether the outputs of running commands are passed on, each time as a whole. The AI SDK 7 adds every one of them to
   * the results of the step. @defaultValue false
   */
  preliminaryOutputs?: boolean | undefined;
  /** Receives the running turn, to steer or interrupt it. */
  onTurn?: ((turn: StreamedTurn) => unknown) | undefined;
}

/** `providerMetadata.codex` of a result. */
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
  // The core checks every option of a thread or turn, and rejects those that it does not know.
  return { ...defaults, ...(given as CodexProviderOptions) };
}
