// The models that Codex offers.
import { checkOptions, flag } from "../validation/check-options.js";
import type { ModelReasoningEffort } from "../options/options.js";

export interface ModelEffort {
  effort: ModelReasoningEffort;
  description: string;
}

export interface Model {
  /** Pass it as the `model` of a thread or turn. */
  id: string;
  displayName: string;
  description: string;
  /** Whether Codex uses this model by default. */
  isDefault: boolean;
  /** Whether Codex hides the model in its picker. */
  hidden: boolean;
  /** The values for `modelReasoningEffort`, lowest first. */
  efforts: ModelEffort[];
  defaultEffort: ModelReasoningEffort;
  /** The kinds of input that it accepts: `text`, `image`, and so on. */
  inputModalities: string[];
  /** The model that Codex recommends instead. */
  upgrade: string | null;
}

export interface ListModelsOptions {
  /** Includes models that Codex hides in its picker. @defaultValue false */
  includeHidden?: boolean | undefined;
}

/** @throws InvalidInputError */
export function checkModelOptions(options: unknown): void {
  checkOptions(options, { includeHidden: flag }, "ListModelsOptions");
}
