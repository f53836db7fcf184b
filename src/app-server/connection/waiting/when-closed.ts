// codex takes a moment to unload a thread, and refuses until then to load it again.
import { overloadDelayMs, waitUnlessAborted } from "./backoff.js";
import { RpcError } from "../../errors/rpc-error.js";

const attempts = 8;
const isClosing = /\bis closing\b/i;

/** Asks, and asks again while codex says that the thread is closing. */
export async function whenClosed<Result>(ask: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof RpcError && isClosing.test(error.said())) || attempt === attempts) throw error;
      await waitUnlessAborted(overloadDelayMs(attempt), signal);
    }
  }
}
