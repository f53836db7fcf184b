// The provider: makes language models that run turns of one `Codex`.
import { NoSuchModelError } from "@ai-sdk/provider";
import type { EmbeddingModelV4, ImageModelV4, LanguageModelV4, ProviderV4 } from "@ai-sdk/provider";
import type { Codex, ListModelsOptions, Model } from "../index.js";
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
  /** A language model. The name "default" stands for the model that Codex is configured with. */
  (modelId: string): LanguageModelV4;
  languageModel(modelId: string): LanguageModelV4;
  /** @throws NoSuchModelError: Codex has no embedding models. */
  embeddingModel(modelId: string): EmbeddingModelV4;
  /** @throws NoSuchModelError: Codex has no image models. */
  imageModel(modelId: string): ImageModelV4;
  /** The models that Codex offers. */
  listModels(options?: ListModelsOptions): Promise<Model[]>;
}

/**
 * Makes a provider for the AI SDK 7.
 * @param settings Defaults for every call; `providerOptions.codex` of a call wins.
 */
export function createCodexProvider(codex: Codex, settings: CodexProviderSettings = {}): CodexProvider {
  const { answerTimeoutMs = 600_000, ...defaults } = settings;
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
