// Options and arguments of `codex-sdk/ui` that are not valid.
import { expect, test } from "vitest";
import { Codex, InvalidInputError } from "../../src/index.js";
import { startTimer } from "../../src/internal/timer.js";
import {
  createCodexRoutes,
  toAgUiResponse,
  toAgUiStream,
  toUIMessageStream,
  toUIMessageStreamResponse,
  TurnHub,
} from "../../src/ui/index.js";

const codex = new Codex();

test.each([
  ["a limit that is not a number", { maxBodyBytes: Number.NaN }],
  ["a limit as a string", { maxRunningTurns: "100" }],
  ["one origin as a string", { allowedOrigins: "https://app.example" }],
  ["an origin with a path", { allowedOrigins: ["https://app.example/"] }],
  ["all origins", { allowedOrigins: ["*"] }],
  ["decisions as a string", { decisions: "approve_for_session" }],
  ["an unknown decision", { decisions: ["approve", "allow"] }],
  ["an unknown way to wait for approvals", { approvals: "parked" }],
  ["no heartbeat", { heartbeatMs: Infinity }],
  ["a path that is not absolute", { basePath: "api/codex" }],
  ["an unknown option", { maxBodySize: 1 }],
  ["a hub that is none", { hub: {} }],
  ["thread options that are not valid", { threadOptions: { sandboxMode: "none" } }],
  ["thread options of no kind", { threadOptions: 5 }],
])("routes with %s are rejected", (_, options) => {
  const all = { codex, authorize: () => true, ...options } as never;
  expect(() => createCodexRoutes(all)).toThrow(InvalidInputError);
});

test("the path of the routes may end with a slash, and may be empty", async () => {
  const statusOf = async (basePath: string, path: string) => {
    const routes = createCodexRoutes({ codex, authorize: () => false, basePath });
    return (await routes.handle(new Request(`http://localhost${path}`))).status;
  };
  expect(await statusOf("/agent/", "/agent/chat")).toBe(403);
  expect(await statusOf("/", "/chat")).toBe(403);
  expect(await statusOf("", "/chat/")).toBe(403);
  expect(await statusOf("/agent", "/agents/chat")).toBe(404);
});

test.each([
  { logSize: 0 },
  { keepEndedMs: Infinity },
  { answerTimeoutMs: 0 },
  { maxEnded: -1 },
  { maxOutputLength: 0.5 },
  { keepEnded: 1 },
])("a hub with %j is rejected", (options) => {
  expect(() => new TurnHub(options as never)).toThrow(InvalidInputError);
});

const streams = { toUIMessageStream, toUIMessageStreamResponse, toAgUiStream, toAgUiResponse };

test.each(Object.entries(streams))("%s() rejects a turn that was not awaited, and unknown options", (_, stream) => {
  expect(() => stream(Promise.resolve() as never)).toThrow("Pass the result of `await thread.runStreamed(…)`");
  expect(() => stream(undefined as never)).toThrow(InvalidInputError);
  const turn = { events: {}, completed: () => undefined } as never;
  expect(() => stream(turn, { heartbeat: 5 } as never)).toThrow('has no option "heartbeat"');
  expect(() => stream(turn, { errorText: "Sorry" } as never)).toThrow(InvalidInputError);
});

test("a timer that is longer than Node.js supports never fires", async () => {
  let hasFired = false;
  expect(startTimer(2 ** 31, () => (hasFired = true))).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(hasFired).toBe(false);
});
