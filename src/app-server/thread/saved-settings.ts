// What a thread was last run with. codex itself keeps only a part of it: a resume that names no sandbox gets the
// directory's usual one, and one that names a model loses the effort.
import type { ThreadOptions } from "../../options/options.js";
import type { Thread } from "../protocol/v2/Thread.js";
import { readSavedSandbox } from "../../rollouts/saved-sandbox.js";
import type { SavedSandbox } from "../../rollouts/saved-sandbox.js";

type SavedSettings = Pick<ThreadOptions, "model" | "modelReasoningEffort"> & SavedSandbox;

/** The options, and where they say nothing, what is on record. */
export async function withSavedSettings(options: ThreadOptions, thread: Thread): Promise<ThreadOptions> {
  const saved = await savedSettings(thread);
  // `undefined` says nothing.
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...saved, ...Object.fromEntries(given) };
}

async function savedSettings(thread: Thread): Promise<SavedSettings> {
  const { model, reasoningEffort, path } = thread;
  return {
    ...(model !== null && { model }),
    ...(reasoningEffort !== null && { modelReasoningEffort: reasoningEffort }),
    ...(path !== null && (await readSavedSandbox(path))),
  };
}
