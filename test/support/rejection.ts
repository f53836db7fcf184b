import { CodexError } from "../../src/index.js";

/** The CodexError with which a promise rejects. Fails if it resolves or rejects with another error. */
export async function rejection(promise: Promise<unknown>): Promise<CodexError> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!CodexError.isInstance(error)) throw new Error(`Expected a CodexError, received: ${String(error)}`);
  return error;
}
