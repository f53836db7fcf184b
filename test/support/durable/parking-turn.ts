// A turn that waits for an approval longer than its worker: it is interrupted, and its thread released.
import { runTurnOnce } from "../../../src/index.js";
import type { Codex, OnceOutcome, StreamedTurn, ThreadOptions } from "../../../src/index.js";

export async function parkingTurn(
  codex: Codex,
  threadId: string,
  options: ThreadOptions,
  turn: { turnKey: string; input: string },
): Promise<OnceOutcome> {
  let running: Pick<StreamedTurn, "interrupt"> | undefined;
  const thread = codex.resumeThread(threadId, {
    ...options,
    approvalPolicy: "on-request",
    onApproval: async () => {
      await running?.interrupt();
      return "decline" as const;
    },
  });
  const outcome = await runTurnOnce(thread, { ...turn, onTurn: (started) => (running = started) });
  await thread.release();
  return outcome;
}
