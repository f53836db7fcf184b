// Codex takes some time to unload a thread. Until then it rejects requests to load the thread again.
import { requestProblem } from "../../../errors/codex-messages.js";
import { overloadDelayMs, waitUnlessAborted } from "./backoff.js";
import { RpcError } from "../../errors/rpc-error.js";

const attempts = 8;

/** Sends a request, and repeats it while Codex reports that the thread is closing. */
export async function whenClosed<Result>(ask: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (
        !(error instanceof RpcError && requestProblem(error.originalMessage()) === "thread_closing") ||
        attempt === attempts
      )
        throw error;
      await waitUnlessAborted(overloadDelayMs(attempt), signal);
    }
  }
}
