// The models that Codex offers.
import { checkOptions, flag } from "../validation/check-options.js";
import type { ModelReasoningEffort } from "../options/options.js";

export interface ModelEffort {
  effort: ModelReasoningEffort;
  description: string;
}

export interface Model {
  /** For the `model` of a thread or turn. */
  id: string;
  displayName: string;
  description: string;
  /** Whether Codex uses this model by default. */
  isDefault: boolean;
  /** Whether Codex keeps it out of its picker. */
  hidden: boolean;
  /** What `modelReasoningEffort` may be, least first. */
  efforts: ModelEffort[];
  defaultEffort: ModelReasoningEffort;
  /** What it reads: `text`, `image`, and so on. */
  inputModalities: string[];
  /** The model that Codex recommends instead. */
  upgrade: string | null;
}

export interface ListModelsOptions {
  /** Those too that Codex keeps out of its picker. Default false. */
  includeHidden?: boolean | undefined;
}

/** @throws InvalidInputError */
export function checkModelOptions(options: unknown): void {
  checkOptions(options, { includeHidden: flag }, "ListModelsOptions");
}
