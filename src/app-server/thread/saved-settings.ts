// The last settings of a thread. Codex itself keeps only some of them: a resume with a model drops the effort.
import type { ThreadOptions } from "../../options/options.js";
import { readSavedSandbox } from "../../rollouts/saved-sandbox.js";
import type { Sandbox } from "../../sandbox/sandbox.js";
import type { Thread } from "../protocol/v2/Thread.js";

/** The options, completed by the recorded model and effort. */
export function withSavedSettings(options: ThreadOptions, { model, reasoningEffort }: Thread): ThreadOptions {
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return {
    ...(typeof model === "string" && { model }),
    ...(typeof reasoningEffort === "string" && { modelReasoningEffort: reasoningEffort }),
    ...Object.fromEntries(given),
  };
}

/** The sandbox of the thread's last turn; undefined if its file does not record one. */
export async function savedSandbox({ path }: Thread): Promise<Sandbox | undefined> {
  return typeof path === "string" ? (await readSavedSandbox(path)).sandbox : undefined;
}
