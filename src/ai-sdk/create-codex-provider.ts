// The provider: creates language models that run turns of one `Codex`.
import { NoSuchModelError } from "@ai-sdk/provider";
import type { EmbeddingModelV4, ImageModelV4, LanguageModelV4, ProviderV4 } from "@ai-sdk/provider";
import { InvalidInputError } from "../index.js";
import type { Codex, ListModelsOptions, Model } from "../index.js";
import * as is from "../validation/check-options.js";
import { CodexLanguageModel } from "./codex-language-model.js";
import type { CodexProviderOptions } from "./provider-options.js";
import { Sessions } from "./sessions.js";

export interface CodexProviderSettings extends Omit<CodexProviderOptions, "threadId"> {
  /**
   * How long a turn waits for the result of an AI SDK tool, or for an approval, before it is interrupted, in
   * milliseconds. @defaultValue 600_000
   */
  answerTimeoutMs?: number | undefined;
}

export interface CodexProvider extends ProviderV4 {
  /** Creates a language model. The name "default" selects the model in Codex's configuration. */
  (modelId: string): LanguageModelV4;
  languageModel(modelId: string): LanguageModelV4;
  /** @throws NoSuchModelError always: Codex does not have embedding models. */
  embeddingModel(modelId: string): EmbeddingModelV4;
  /** @throws NoSuchModelError always: Codex does not have image models. */
  imageModel(modelId: string): ImageModelV4;
  /** The models that are available in Codex. */
  listModels(options?: ListModelsOptions): Promise<Model[]>;
}

/**
 * Creates a provider for the AI SDK 7.
 * @param settings Defaults for every call. The `providerOptions.codex` of a call override them.
 * @throws InvalidInputError without a `Codex`, or if `answerTimeoutMs` is not a number above 0.
 */
export function createCodexProvider(codex: Codex, settings: CodexProviderSettings = {}): CodexProvider {
  if (is.plainObject(codex) !== undefined || !("startThread" in codex)) {
    throw new InvalidInputError("createCodexProvider() requires a Codex as its first argument.");
  }
  const { answerTimeoutMs = 600_000, ...defaults } = settings;
  is.checkOptions({ answerTimeoutMs }, { answerTimeoutMs: is.milliseconds }, "CodexProviderSettings");
  const sessions = new Sessions(codex, answerTimeoutMs);
  const languageModel = (modelId: string) => new CodexLanguageModel(modelId, { sessions, defaults });
  const none = (modelType: "embeddingModel" | "imageModel") => (modelId: string) => {
    throw new NoSuchModelError({ modelId, modelType });
  };
  return Object.assign((modelId: string) => languageModel(modelId), {
    specificationVersion: "v4" as const,
    languageModel,
    embeddingModel: none("embeddingModel"),
    imageModel: none("imageModel"),
    listModels: (options?: ListModelsOptions) => codex.listModels(options),
  });
}
