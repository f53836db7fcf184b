// Behaviour that both transports share is tested once for each transport.
import type { Codex, Thread, ThreadOptions } from "../../../src/index.js";
import type { Script, ScriptedModel } from "../../../src/testing/index.js";
import { warmCodex } from "../../support/workspace.js";

export const transports = ["app-server", "exec"] as const;

/** Opens a warm Codex and threads over a transport. */
export function openOver(transport: (typeof transports)[number]) {
  return {
    setUp: (script: Script): Promise<{ model: ScriptedModel; codex: Codex }> =>
      warmCodex(script, { transport, shutdownGraceMs: 300 }),
    open: (model: ScriptedModel, codex: Codex, options: ThreadOptions = {}): Thread =>
      codex.startThread({ ...model.threadOptions(), sandboxMode: "danger-full-access", ...options }),
  };
}
