// Error classes, and a retry for retryable errors.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { Codex, CodexError, InvalidInputError, UnauthorizedError, type Thread, type Turn } from "codex-sdk";
import { ScriptedModel, fail, say } from "codex-sdk/testing";

await using model = await ScriptedModel.start([fail(401), fail(503), say("At the second attempt.")]);
await using codex = new Codex(model.codexOptions());
const thread = codex.startThread(model.threadOptions());

// Invalid input is rejected before anything is sent.
await assert.rejects(thread.run(""), InvalidInputError);
assert.equal(model.requests.length, 0);

// Errors of the endpoint have their own classes.
await assert.rejects(thread.run("Hello"), (error) => {
  assert(error instanceof UnauthorizedError);
  console.log(`${error.code} (HTTP ${error.httpStatus}): ${error.message}`);
  return !error.isRetryable;
});

const turn = await runWithRetry(thread, "Hello");
console.log(turn.finalResponse);
assert.equal(turn.finalResponse, "At the second attempt.");

/** Retries a retryable error after the delay that the endpoint requests. */
async function runWithRetry(thread: Thread, input: string, attempts = 3): Promise<Turn> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await thread.run(input);
    } catch (error) {
      if (!CodexError.isInstance(error) || !error.isRetryable || attempt === attempts) throw error;
      console.log(`${error.code}: ${error.message} Trying again.`);
      await delay(error.retryAfterMs ?? 100 * 2 ** attempt);
    }
  }
}
