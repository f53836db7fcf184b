// What can go wrong, as classes to catch; and a retry for what may work the next time.
import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import { Codex, CodexError, InvalidInputError, UnauthorizedError, type Thread, type Turn } from "codex-sdk";
import { ScriptedModel, fail, say } from "codex-sdk/testing";

await using model = await ScriptedModel.start([fail(401), fail(503), say("At the second try.")]);
await using codex = new Codex(model.codexOptions());
const thread = codex.startThread(model.threadOptions());

// Bad input is refused before anything is sent.
await assert.rejects(thread.run(""), InvalidInputError);
assert.equal(model.requests.length, 0);

// The endpoint's refusals have classes of their own.
await assert.rejects(thread.run("Hello"), (error) => {
  assert(error instanceof UnauthorizedError);
  console.log(`${error.code} (HTTP ${error.httpStatus}): ${error.message}`);
  return !error.isRetryable;
});

const turn = await runWithRetry(thread, "Hello");
console.log(turn.finalResponse);
assert.equal(turn.finalResponse, "At the second try.");

/** Tries again what may work later, as late as the endpoint asks for. */
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
