// What a thread last ran with. Codex itself keeps only a part of it: a resume that names a model loses the effort.
import type { ThreadOptions } from "../../options/options.js";
import { readSavedSandbox } from "../../rollouts/saved-sandbox.js";
import type { Sandbox } from "../../sandbox/sandbox.js";
import type { Thread } from "../protocol/v2/Thread.js";

/** The options, and the recorded model and effort where the options do not name them. */
export function withSavedSettings(options: ThreadOptions, { model, reasoningEffort }: Thread): ThreadOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    ...(typeof model === "string" && { model }),
    ...(typeof reasoningEffort === "string" && { modelReasoningEffort: reasoningEffort }),
    ...Object.fromEntries(given),
  };
}

/** The sandbox of the thread's last turn; undefined when its file does not record one. */
export async function savedSandbox({ path }: Thread): Promise<Sandbox | undefined> {
  return typeof path === "string" ? (await readSavedSandbox(path)).sandbox : undefined;
}
