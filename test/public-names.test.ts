// Names that users rely on. A new line here is a promise; removing or changing one is a breaking change.
import { describe, expect, test } from "vitest";
import * as sdk from "../src/index.js";
import type { CodexErrorCode } from "../src/index.js";
import * as inspector from "../src/inspect/index.js";
import * as testing from "../src/testing/index.js";

test("the values of codex-sdk", () => {
  const errors = Object.values(errorsByCode).map(({ name }) => name);
  const others = ["Codex", "CodexError", "StreamedTurn", "Thread", "ThreadList"];
  const functions = ["approvals", "codexVersion", "image", "runTurnOnce", "tool", "version"];
  expect(Object.keys(sdk).toSorted()).toEqual([...errors, ...others, ...functions].toSorted());
});

test("the values of codex-sdk/testing", () => {
  const running = ["ScriptedModel", "ScriptError", "perThread"];
  const speech = ["reason", "say"];
  const calls = [
    "askUser",
    "callMcpTool",
    "callTool",
    "patch",
    "plan",
    "runCommand",
    "searchWeb",
    "viewImage",
    "writeStdin",
  ];
  const flow = ["compaction", "pause", "rawEvent", "rawItem", "repeat", "respond", "together", "until"];
  const faults = ["cut", "fail", "failResponse", "incomplete", "malformed", "silence"];
  const recording = ["CassetteError", "parseCassette", "recordModel", "toScript"];
  const all = [running, speech, calls, flow, faults, recording].flat();
  expect(Object.keys(testing).toSorted()).toEqual(all.toSorted());
});

test("the values of codex-sdk/inspect", () => {
  expect(Object.keys(inspector)).toEqual(["inspect"]);
});

/** Every code, and its errors: the type checker ensures that the list is complete. */
const errorsByCode: Record<CodexErrorCode, sdk.CodexError> = {
  invalid_input: new sdk.InvalidInputError("m"),
  unsupported: new sdk.UnsupportedError("m"),
  not_a_git_repository: new sdk.NotAGitRepositoryError("m"),
  codex_not_found: new sdk.CodexNotFoundError("m", []),
  codex_unusable: new sdk.CodexUnusableError("m", "/codex"),
  closed: new sdk.ClosedError("m"),
  unauthorized: new sdk.UnauthorizedError("m"),
  usage_limit: new sdk.UsageLimitError("m"),
  budget_exceeded: new sdk.BudgetExceededError({ limit: "tokens", scope: "turn", spent: 2, allowed: 1 }),
  rate_limit: new sdk.RateLimitError("m"),
  overloaded: new sdk.OverloadedError("m"),
  context_window_exceeded: new sdk.ContextWindowExceededError("m"),
  model_not_found: new sdk.ModelNotFoundError("m"),
  bad_request: new sdk.BadRequestError("m"),
  stream_disconnected: new sdk.StreamDisconnectedError("m"),
  sandbox_unavailable: new sdk.SandboxUnavailableError("m"),
  policy: new sdk.PolicyError("m"),
  mcp_server: new sdk.McpServerError("m"),
  exited: new sdk.CodexExitedError("m", { exitCode: 1, signal: null, stderr: "" }),
  timed_out: new sdk.TurnTimedOutError("timeoutMs", 1),
  interrupted: new sdk.TurnInterruptedError("m"),
  incomplete: new sdk.TurnIncompleteError("m"),
  thread_not_found: new sdk.ThreadNotFoundError("m"),
  thread_archived: new sdk.ThreadArchivedError("m"),
  thread_in_use: new sdk.ThreadInUseError("m"),
  thread_busy: new sdk.ThreadBusyError("m"),
  store: new sdk.StoreError("m"),
  lease_lost: new sdk.LeaseLostError("m"),
  output_invalid: new sdk.OutputInvalidError("m", "{}", []),
  protocol: new sdk.ProtocolError("m"),
  turn_failed: new sdk.TurnFailedError("m"),
};

describe("errors", () => {
  test.each(Object.entries(errorsByCode))("%s", (code, error) => {
    expect(error).toMatchObject({ code, name: error.constructor.name });
    expect(sdk.CodexError.isInstance(error)).toBe(true);
  });

  test("these errors are retryable", () => {
    const retryable = Object.values(errorsByCode).filter(({ isRetryable }) => isRetryable);
    expect(retryable.map(({ code }) => code).toSorted()).toEqual([
      "exited",
      "incomplete",
      "output_invalid",
      "overloaded",
      "rate_limit",
      "store",
      "stream_disconnected",
      "thread_busy",
      "timed_out",
    ]);
  });
});
