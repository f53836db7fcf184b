// Whatever Codex sends or omits, every turn settles with the right answer or a typed error.
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { CodexError } from "../../../src/index.js";
import type { Thread } from "../../../src/index.js";
import { standIn } from "../../support/stand-in.js";
import type { StandIn, StandInPlan, StandInStep } from "../../support/stand-in.js";

const options = { skipGitRepoCheck: true };

function caught(work: Promise<unknown>): Promise<CodexError> {
  return work.then(
    (value) => Promise.reject(new Error(`It did not fail but gave ${JSON.stringify(value)}`)),
    (error: unknown) => (CodexError.isInstance(error) ? error : Promise.reject(error)),
  );
}

test("the stand-in plays a turn", async () => {
  const { codex, received } = standIn({});
  const turn = await codex.startThread(options).run("hi");
  expect(turn.finalResponse).toBe("done");
  const methods = ["initialize", "initialized", "config/read", "thread/start", "turn/start"];
  expect(received().map(({ method }) => method)).toEqual(methods);
});

/** It does not answer health checks either. */
const silent: StandInPlan = { "thread/loaded/list": [] };

test.each([
  ["the handshake", "initialize"],
  ["the login", "account/login/start"],
  ["the thread's start", "thread/start"],
  ["the turn's start", "turn/start"],
])(
  "a Codex that never answers %s is ended when the turn is aborted, and the next turn starts a new process",
  { timeout: 60_000 },
  async (_, method) => {
    const stand = standIn({ [method]: [[], ["usual"]], ...silent }, { apiKey: "sk-fake-silent" });
    const thread = stand.codex.startThread(options);
    expect(await abortedAt(method, stand, thread)).toMatchObject({ code: "interrupted" });
    const [first = 0] = stand.starts();
    expect(isRunning(first)).toBe(false);
    expect((await thread.run("again")).finalResponse).toBe("done");
    expect(stand.starts()).toHaveLength(2);
  },
);

test("a Codex that never answers the interrupt is ended", { timeout: 60_000 }, async () => {
  const stand = standIn({ "turn/start": [["answer"], ["usual"]], "turn/interrupt": [], ...silent });
  const thread = stand.codex.startThread(options);
  expect(await abortedAt("turn/start", stand, thread)).toMatchObject({ code: "interrupted" });
  expect(isRunning(stand.starts()[0] ?? 0)).toBe(false);
  expect((await thread.run("again")).finalResponse).toBe("done");
});

test("a time limit ends the wait for a Codex that never answers", async () => {
  const { codex } = standIn({ initialize: [], ...silent });
  const threads = Array.from({ length: 3 }, () => codex.startThread(options));
  const errors = await Promise.all(
    threads.map((thread, index) => caught(thread.run("hi", { timeoutMs: 200 * (index + 1) }))),
  );
  expect(errors.map(({ code }) => code)).toEqual(["timed_out", "timed_out", "timed_out"]);
});

/** The error of a turn that is aborted when the stand-in has received this request. */
async function abortedAt(method: string, stand: StandIn, thread: Thread): Promise<CodexError> {
  const abort = new AbortController();
  const error = caught(thread.run("hi", { signal: abort.signal }));
  await expect.poll(() => stand.received().map((message) => message.method), { timeout: 20_000 }).toContain(method);
  abort.abort();
  return error;
}

test.each<[string, string, StandInStep, object]>([
  ["exits during the thread's start", "thread/start", { exit: 3 }, { exitCode: 3, signal: null }],
  ["is killed during the thread's start", "thread/start", { kill: "SIGKILL" }, { exitCode: null, signal: "SIGKILL" }],
  ["exits before it answers the turn", "turn/start", { exit: 0 }, { exitCode: 0, signal: null }],
  ["is killed before it answers the turn", "turn/start", { kill: "SIGSEGV" }, { exitCode: null, signal: "SIGSEGV" }],
])("a Codex that %s", async (_, method, end, status) => {
  const { codex, received } = standIn({ [method]: [[{ stderr: "the last words\n" }, { wait: 50 }, end], ["usual"]] });
  const thread = codex.startThread(options);
  const error = await caught(thread.run("hi"));
  expect(error).toMatchObject({ code: "exited", stderr: "the last words", ...status, isRetryable: true });
  expect(error.message).toMatch(/^the last words\n/);
  expect(turnsStarted(received())).toBe(method === "turn/start" ? 1 : 0);
  expect((await thread.run("again")).finalResponse).toBe("done");
});

test("a Codex that dies in the middle of a turn fails the turn with its partial result", async () => {
  const item = { id: "i", type: "agentMessage", text: "so far" };
  const { codex, received } = standIn({
    "turn/start": [
      [
        "answer",
        { line: { method: "item/completed", params: { threadId: "$thread", turnId: "$turn", item } } },
        { stderr: "panicked\n" },
        { wait: 50 },
        { exit: 101 },
      ],
      ["usual"],
    ],
  });
  const thread = codex.startThread(options);
  const error = await caught(thread.run("hi"));
  expect(error).toMatchObject({ code: "exited", exitCode: 101, turn: { items: [{ text: "so far" }] } });
  expect(turnsStarted(received())).toBe(1);
  expect((await thread.run("again")).finalResponse).toBe("done");
  expect(turnsStarted(received())).toBe(2);
});

test("a Codex that dies in its handshake is restarted without an effect on the turn", async () => {
  const { codex, starts, received } = standIn({ initialize: [[{ exit: 1 }], [{ exit: 2 }], ["usual"]] });
  expect((await codex.startThread(options).run("hi")).finalResponse).toBe("done");
  expect(starts()).toHaveLength(3);
  expect(turnsStarted(received())).toBe(1);
});

test("a Codex that cannot start is abandoned with its own error text, and the next turn tries again", async () => {
  const failing: StandInStep[] = [{ stderr: "Error: the disk is full\n" }, { wait: 20 }, { exit: 1 }];
  const { codex } = standIn({ start: [failing, failing, failing, []] });
  const threads = Array.from({ length: 10 }, () => codex.startThread(options));
  const errors = await Promise.all(threads.map((thread) => caught(thread.run("hi"))));
  for (const error of errors) {
    expect(error).toMatchObject({ code: "exited", exitCode: 1 });
    expect(error.message).toMatch(/^the disk is full\n\(Codex .*3 times/);
  }
  expect((await threads[0]!.run("again")).finalResponse).toBe("done");
});

test("a Codex that closes its output but keeps running is ended, and the error carries the partial turn", async () => {
  const item = { id: "i", type: "agentMessage", text: "so far" };
  const { codex, starts } = standIn({
    "turn/start": [
      [
        "answer",
        { line: { method: "item/completed", params: { threadId: "$thread", turnId: "$turn", item } } },
        "closeStdout",
      ],
      ["usual"],
    ],
  });
  const thread = codex.startThread(options);
  const error = await caught(thread.run("hi"));
  expect(error).toMatchObject({ code: "incomplete", turn: { items: [{ text: "so far" }] } });
  expect(isRunning(starts()[0] ?? 0)).toBe(false);
  expect((await thread.run("again")).finalResponse).toBe("done");
});

const line = (method: string, params: object) => ({ line: { method, params: { threadId: "$thread", ...params } } });

test.each<[string, readonly StandInStep[]]>([
  ["lines that are not JSON", [{ raw: "garbage\n{\n\n\r\n[]\nnull\n42\n" }]],
  ["a line that is not UTF-8", [{ bytes: [0xff, 0xfe, 0x7b, 0x0a] }]],
  ["empty messages", [{ line: {} }, { line: { id: null } }, { line: { id: {} } }, { raw: '{"method":7}\n' }]],
  ["answers without a request", [{ line: { id: 4711, result: {} } }, { line: { id: "x", error: 1 } }]],
  [
    "unknown notifications",
    [line("some/thing", {}), { line: { method: "other" } }, { line: { method: "other", params: 5 } }],
  ],
  [
    "known notifications in an unknown format",
    [
      { line: { method: "account/rateLimits/updated" } },
      { line: { method: "account/rateLimits/updated", params: { rateLimits: {} } } },
      { line: { method: "turn/started", params: { threadId: "other" } } },
      { line: { method: "account/updated" } },
      { line: { method: "mcpServer/startupStatus/updated", params: 7 } },
    ],
  ],
  ["notifications of other threads", [line("turn/completed", { threadId: "other", turn: null })]],
  ["the end of another turn", [line("turn/completed", { turn: { id: "other", items: [], status: "failed" } })]],
  ["items of another turn", [line("item/completed", { turnId: "other", item: null })]],
])("%s do not affect a turn", async (_, steps) => {
  const { codex } = standIn({ "turn/start": ["answer", ...steps, { play: "right" }] });
  const turn = await codex.startThread(options).run("hi");
  expect(turn.items).toMatchObject([{ type: "agent_message", text: "right" }]);
});

test("CRLF, U+2028 and bytes in odd portions do not affect a turn either", async () => {
  const text = "a\u2028b\u2029c\u0085é😀";
  const message = { id: "i", type: "agentMessage", text };
  const json = JSON.stringify({
    method: "item/completed",
    params: { threadId: "$thread", turnId: "$turn", item: message },
  });
  const cut = json.indexOf("é");
  const bytes = [...Buffer.from(json.slice(cut))];
  const { codex } = standIn({
    "turn/start": [
      "answer",
      { raw: json.slice(0, cut) },
      { wait: 30 },
      { bytes: bytes.slice(0, 1) },
      { wait: 30 },
      { bytes: bytes.slice(1, 4) },
      { wait: 30 },
      { bytes: [...bytes.slice(4), 0x0d, 0x0a] },
      "complete",
    ],
  });
  expect((await codex.startThread(options).run("hi")).finalResponse).toBe(text);
});

test("a repeated end, and messages after the end, still end one turn only", async () => {
  const { codex } = standIn({
    "turn/start": [
      ["answer", { play: "one" }, "complete", { play: "stray" }],
      ["answer", { play: "two" }],
    ],
  });
  const thread = codex.startThread(options);
  const turns = await Promise.all([thread.run("a"), thread.run("b")]);
  expect(turns.map(({ finalResponse }) => finalResponse)).toEqual(["one", "two"]);
});

test("an unknown item is passed through", async () => {
  const item = { id: "new", type: "hologram", depth: 3 };
  const { codex } = standIn({
    "turn/start": ["answer", line("item/completed", { turnId: "$turn", item }), "complete"],
  });
  const turn = await codex.startThread(options).run("hi");
  expect(turn.items).toMatchObject([{ id: "new", type: "unknown", raw: { depth: 3 } }]);
});

test("every request of Codex is answered, also requests that this SDK does not know or cannot read", async () => {
  const requests = [
    { id: 1, method: "unknown/request", params: { threadId: "$thread" } },
    { id: "two", method: "other/request" },
    { id: 3, method: "item/commandExecution/requestApproval", params: null },
    { id: 4, method: "item/fileChange/requestApproval", params: { threadId: "$thread" } },
    { id: 5, method: "item/tool/call", params: { threadId: "$thread" } },
    { id: 6, method: "mcpServer/elicitation/request", params: { threadId: "$thread" } },
    { id: 7, method: "item/tool/requestUserInput", params: { threadId: "$thread", questions: null } },
  ];
  const steps = requests.map((request) => ({ line: request }));
  const { codex, received } = standIn({ "turn/start": ["answer", ...steps, { wait: 300 }, { play: "on" }] });
  expect((await codex.startThread(options).run("hi")).finalResponse).toBe("on");
  const answers = received().filter(({ method }) => method === undefined);
  expect(answers.map(({ id }) => String(id)).toSorted()).toEqual(["1", "3", "4", "5", "6", "7", "two"]);
  expect(answers.find(({ id }) => id === 1)?.error).toMatchObject({ code: -32601 });
  expect(answers.every(({ result, error }) => (result === undefined) !== (error === undefined))).toBe(true);
});

test.each<[string, StandInPlan]>([
  ["a thread that is null", { "thread/start": [{ result: { thread: null } }] }],
  ["a thread's start that is null", { "thread/start": [{ result: null }] }],
  ["a thread without an ID", { "thread/start": [{ result: { thread: {}, cwd: 5 } }] }],
  ["a turn that is null", { "turn/start": [{ result: { turn: null } }] }],
  ["a turn's start that is a string", { "turn/start": [{ result: "yes" }] }],
  ["an answer with neither result nor error", { "turn/start": [{ raw: '{"id":4}\n' }] }],
  ["an invalid error", { "turn/start": [{ raw: '{"id":4,"error":"no"}\n' }] }],
  ["an end without its turn", { "turn/start": ["answer", line("turn/completed", { turn: null })] }],
  ["an end without a status", { "turn/start": ["answer", line("turn/completed", { turn: { id: "$turn" } })] }],
  ["an item that is null", { "turn/start": ["answer", line("item/completed", { turnId: "$turn", item: null })] }],
  [
    "invalid usage",
    { "turn/start": ["answer", line("thread/tokenUsage/updated", { turnId: "$turn", tokenUsage: null })] },
  ],
  ["an error that is null", { "turn/start": ["answer", line("error", { turnId: "$turn", error: null })] }],
  [
    "a failure without a message",
    { "turn/start": ["answer", line("turn/completed", { turn: { id: "$turn", status: "failed", error: 7 } })] },
  ],
])("%s fails that turn, and Codex continues", { timeout: 20_000 }, async (_, plan) => {
  const { codex } = standIn(twice(plan));
  const thread = codex.startThread(options);
  const error = await caught(thread.run("hi", { timeoutMs: 15_000 }));
  expect(["protocol", "turn_failed"]).toContain(error.code);
  expect((await codex.startThread(options).run("again")).finalResponse).toBe("done");
});

/** Misbehaves once. */
function twice(plan: StandInPlan): StandInPlan {
  return Object.fromEntries(
    Object.entries(plan).map(([method, steps]) => [method, [steps as readonly StandInStep[], ["usual"] as const]]),
  );
}

test("a line of 64 MiB is read", async () => {
  const { codex } = standIn({ "turn/start": ["answer", { long: 64 * 1024 * 1024 }, "complete"] });
  const turn = await codex.startThread(options).run("hi");
  expect(turn.finalResponse.length).toBe(64 * 1024 * 1024);
});

test("a line of more than 256 MiB is an error, and the next turn starts a new process", async () => {
  const { codex, starts } = standIn({ "turn/start": [["answer", { long: 257 * 1024 * 1024 }, "complete"], ["usual"]] });
  const thread = codex.startThread(options);
  const error = await caught(thread.run("hi"));
  expect(error).toMatchObject({ code: "protocol" });
  expect(error.message).toContain("over the limit");
  expect((await thread.run("again")).finalResponse).toBe("done");
  expect(starts()).toHaveLength(2);
});

const busy = { error: { code: -32001, message: "Server overloaded; retry later." } };

test("a request to an overloaded Codex is retried until it accepts the turn", async () => {
  const { codex, received } = standIn({
    "thread/start": [[busy], [busy], ["usual"]],
    "turn/start": [[busy], ["usual"]],
  });
  expect((await codex.startThread(options).run("hi")).finalResponse).toBe("done");
  expect(received().filter(({ method }) => method === "thread/start")).toHaveLength(3);
  expect(turnsStarted(received())).toBe(2);
});

test("waiting for an overloaded Codex ends with the turn's limit or its signal", async () => {
  const { codex } = standIn({ "turn/start": [busy] });
  const limited = caught(codex.startThread(options).run("hi", { timeoutMs: 700 }));
  const abort = new AbortController();
  const aborted = caught(codex.startThread(options).run("hi", { signal: abort.signal }));
  await delay(400);
  abort.abort();
  expect(await limited).toMatchObject({ code: "timed_out" });
  expect(await aborted).toMatchObject({ code: "interrupted" });
});

test("a Codex that stays overloaded has its own error", { timeout: 40_000 }, async () => {
  const { codex, received } = standIn({ "turn/start": [busy] });
  const error = await caught(codex.startThread(options).run("hi"));
  expect(error).toMatchObject({ code: "overloaded", isRetryable: true });
  expect(turnsStarted(received())).toBe(8);
});

test("a rejection by Codex begins with Codex's own message", async () => {
  const { codex } = standIn({ "turn/start": [{ error: { code: -32600, message: "the moon is too full" } }] });
  const error = await caught(codex.startThread(options).run("hi"));
  expect(error).toMatchObject({ code: "protocol" });
  expect(error.message).toMatch(/^the moon is too full\b.*"turn\/start"/s);
});

function turnsStarted(messages: readonly { method?: string }[]): number {
  return messages.filter(({ method }) => method === "turn/start").length;
}

function isRunning(pid: number): boolean {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch {
    return false;
  }
}
