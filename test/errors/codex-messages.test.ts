// The meaning of Codex's messages, and similar texts with another meaning.
import { expect, test } from "vitest";
import { configurationError, requestProblem, turnErrorCode } from "../../src/errors/codex-messages.js";
import { toError } from "../../src/errors/to-error.js";

test.each([
  ["The model `x` does not exist or you do not have access to it.", "model_not_found"],
  [
    "unexpected status 404 Not Found: The model `x` does not exist, url: http://127.0.0.1/v1/responses",
    "model_not_found",
  ],
  ["The 'x' model is not supported when using Codex with a ChatGPT account.", "model_not_found"],
  ["You’ve hit your usage limit. Try again at 8:39 PM.", "usage_limit"],
  ["rate limit exceeded: Rate limit reached for x. Please try again in 11s.", "rate_limit"],
  ["the tool type `x` is not supported with this model", undefined],
  ["image x not found for this model", undefined],
  ["a usage limit is mentioned in this request", undefined],
  ["unexpected status 404 Not Found: Not here, url: http://127.0.0.1/v1/responses", undefined],
])("the failed turn %j is %s", (message, code) => {
  expect(turnErrorCode(message)).toBe(code);
});

test.each([
  ["thread/resume: thread/resume failed: no rollout found for thread id 1 (code -32600)", "thread_not_found"],
  ["thread 1 already has an active writer", "thread_open_elsewhere"],
  ["failed to load configuration: invalid type: integer `7`, expected a string\nin `model`\n", "invalid_configuration"],
  ["failed to load configuration: No file descriptors available (os error 24)", undefined],
  ["Model provider `nope` not found", "invalid_configuration"],
  ["The file says: no rollout found", undefined],
  [
    "failed to read thread: thread-store internal error: failed to read session metadata /x/a.jsonl: rollout at /x/a.jsonl is empty",
    "thread_not_found",
  ],
  ["cannot delete thread 1: forked history still references it", "thread_in_use"],
  ["thread 1 is closing; retry thread/resume after the thread is closed", "thread_closing"],
  ["ephemeral thread does not support metadata updates: 1", "thread_ephemeral"],
  ["thread is not persisted and cannot be deleted: 1", "thread_ephemeral"],
  ["lastTurnId '1' identifies an in-progress turn", "turn_in_progress"],
  ["turn not found: 1", "turn_not_found"],
  ["invalid cursor: turn not found: thread 1 is archived", "invalid_cursor"],
  ["invalid thread id: is archived", undefined],
  [
    "error creating thread: Fatal error: Failed to initialize session: required MCP servers failed to initialize: x: no",
    "mcp_server",
  ],
  ["error creating thread: x is experimental", undefined],
])("the rejected request %j is %s", (message, code) => {
  expect(requestProblem(message)).toBe(code);
});

test("the message for a rejected setting names it and the solution", () => {
  expect(configurationError("failed to load configuration: Model provider `nope` not found").message).toBe(
    'The model provider "nope" is not configured. Define it at `config.model_providers.nope`, or use another `modelProvider`.',
  );
});

test("a 404 that is not about a model, and a rejection in JSON behind a prefix, are bad requests", () => {
  const missing = "unexpected status 404 Not Found: Not here, url: http://127.0.0.1/v1/responses";
  expect(toError({ message: missing })).toMatchObject({ code: "bad_request", httpStatus: 404 });
  const rejected = 'Error running remote compact task: {"error":{"message":"compaction is off"}}';
  expect(toError({ message: rejected })).toMatchObject({ code: "bad_request", message: "compaction is off" });
});

test("answers of gateways have the class that says what to do", () => {
  const status = (line: string) =>
    toError({ message: `unexpected status ${line}: x, url: http://127.0.0.1/v1/responses` });
  expect(status("402 Payment Required")).toMatchObject({ code: "usage_limit", isRetryable: false });
  expect(status("408 Request Timeout")).toMatchObject({ code: "stream_disconnected", isRetryable: true });
  const page = { message: "<html><body>Bad request</body></html>", kind: "other" };
  expect(toError(page)).toMatchObject({ code: "bad_request", httpStatus: 400 });
  const nested = JSON.stringify({ error: { message: JSON.stringify({ error: { message: "no such tool" } }) } });
  expect(toError({ message: nested })).toMatchObject({ code: "bad_request", message: "no such tool" });
  const filtered = "stream disconnected before completion: Incomplete response returned, reason: content_filter";
  expect(toError({ message: filtered, kind: "responseStreamDisconnected" })).toMatchObject({
    code: "policy",
    isRetryable: false,
  });
});

test("a time without a date is its next occurrence", () => {
  const { resetsAt } = toError({ message: "You've hit your usage limit. Try again at 8:39 PM." });
  expect(resetsAt!.getTime()).toBeGreaterThan(Date.now() - 120_000);
  expect(resetsAt!.getTime()).toBeLessThan(Date.now() + 86_400_000);
  expect([resetsAt!.getHours(), resetsAt!.getMinutes()]).toEqual([20, 39]);
});
