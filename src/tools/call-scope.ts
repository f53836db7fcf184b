// Knows inside of which tool call some code runs, so that a turn is not made to wait for itself.
import { AsyncLocalStorage } from "node:async_hooks";

/** A call that runs, of a turn of this thread. */
export interface CallScope {
  readonly threadId: string;
  readonly tool: string;
  /** Until the tool has answered, or its turn is over. */
  isOpen: boolean;
}

const scopes = new AsyncLocalStorage<CallScope>();

/** Runs `work`; all that it calls and awaits is inside the call. */
export function runInCall<Result>(scope: CallScope, work: () => Result): Result {
  return scopes.run(scope, work);
}

/** The call of a tool of this thread that this code runs in. */
export function callOf(threadId: string | null): CallScope | undefined {
  const scope = scopes.getStore();
  return scope?.isOpen === true && scope.threadId === threadId ? scope : undefined;
}
