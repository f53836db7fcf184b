// Usage of a turn, its calls and its sub-agents equals the usage that the model endpoint reported, live and recorded.
import { afterAll, beforeAll, expect, test } from "vitest";
import { Codex } from "../../../src/index.js";
import type { CodexError, Thread, ThreadOptions, Turn, TurnRecord } from "../../../src/index.js";
import {
  callTool,
  compaction,
  failResponse,
  patch,
  rawEvent,
  respond,
  runCommand,
  say,
  ScriptedModel,
  silence,
  until,
} from "../../../src/testing/index.js";
import type { ModelRequest, Part, Step } from "../../../src/testing/index.js";
import { deferred } from "../../../src/internal/deferred.js";
import { temporaryDirectory } from "../../support/workspace.js";

type Tokens = { input: number; output: number; cached?: number; reasoning?: number };

/** The usage that the endpoint has reported since the test began. */
let reported: Tokens[] = [];
let script: (request: ModelRequest) => Step | Promise<Step> = () => say("unexpected");
let model: ScriptedModel;
let codex: Codex;

beforeAll(async () => {
  model = await ScriptedModel.start((request) => script(request));
  codex = new Codex(model.codexOptions());
});
afterAll(async () => {
  await codex.close();
  await model.close();
});

/** An answer whose tokens are added to the model's own record. */
function spend(usage: Tokens, ...parts: Part[]): Step {
  reported.push(usage);
  return respond(parts, { usage });
}

function incompleteAfter(usage: Tokens): Step {
  reported.push(usage);
  const tokens = { input_tokens: usage.input, output_tokens: usage.output, total_tokens: usage.input + usage.output };
  const details = { incomplete_details: { reason: "max_output_tokens" }, usage: tokens };
  const response = { id: "resp_incomplete", object: "response", status: "incomplete", output: [], ...details };
  return [say("Half an ans"), rawEvent({ type: "response.incomplete", response })];
}

/** The endpoint's record, as usage. */
function sum(of: readonly Tokens[] = reported) {
  const total = (pick: (tokens: Tokens) => number | undefined) =>
    of.reduce((amount, each) => amount + (pick(each) ?? 0), 0);
  return {
    input_tokens: total((each) => each.input),
    cached_input_tokens: total((each) => each.cached),
    cache_write_input_tokens: 0,
    output_tokens: total((each) => each.output),
    reasoning_output_tokens: total((each) => each.reasoning),
  };
}

function play(steps: readonly (() => Step | Promise<Step>)[]): void {
  reported = [];
  let next = 0;
  script = () => (steps[next++] ?? (() => say("The script is over.")))();
}

function startThread(options: ThreadOptions = {}, on = codex): Thread {
  return on.startThread(model.threadOptions({ workingDirectory: temporaryDirectory(), ...options }));
}

/** The recorded turn equals the live turn. */
async function expectOnRecord(thread: Thread, turn: Turn, of: Codex = codex): Promise<TurnRecord> {
  const { turns } = await of.readThread(thread.id ?? "");
  // Over exec a turn has no ID.
  const record = turn.id === null ? turns.at(-1) : turns.find(({ id }) => id === turn.id);
  if (!record) throw new Error(`Turn ${turn.id} is not on record.`);
  expect(record).toMatchObject({ usage: turn.usage, totalUsage: turn.totalUsage });
  expect(record.calls.map(({ usage }) => usage)).toEqual(turn.calls.map(({ usage }) => usage));
  return record;
}

const ok = say("ok");

test.each([
  ["fails", () => failResponse({ code: "context_length_exceeded" })],
  ["is interrupted", () => silence()],
])("the error of a turn that %s has the turn's ID, its usage and its diff", async (how, second) => {
  const directory = temporaryDirectory();
  play([() => spend({ input: 100, output: 20 }, patch({ "new.txt": { add: "hello\n" } })), second]);
  const thread = startThread({ workingDirectory: directory, sandboxMode: "danger-full-access" });
  const requests = model.requests.length;
  const running = await thread.runStreamed("go");
  if (how === "is interrupted") await model.waitForRequest(requests + 2).then(() => running.interrupt());
  const error: unknown = await running.completed().catch((each: unknown) => each);
  expect(error).toMatchObject({
    turn: {
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      threadId: thread.id,
      usage: sum(),
      calls: [{ usage: sum() }],
    },
  });
  expect((error as CodexError).turn?.diff).toContain("+hello");
});
const command = runCommand("true", { login: false });

test("each request of a turn is a call with its tokens and times; cached and reasoning tokens are included in the totals", async () => {
  play([
    () => spend({ input: 100, cached: 40, output: 20, reasoning: 7 }, command),
    () => spend({ input: 150, cached: 100, output: 30 }, ok),
    () => spend({ input: 200, output: 5 }, ok),
  ]);
  const thread = startThread();
  const first = await thread.run("one");
  expect(first.usage).toEqual(sum());
  expect(first.totalUsage).toEqual(first.usage);
  expect(first.subagents).toEqual([]);
  expect(first.calls.map(({ usage }) => usage)).toEqual(reported.map((each) => sum([each])));
  expect(first.calls.map(({ responseId, model }) => [responseId, model])).toEqual([
    [expect.stringMatching(/^resp_/), "gpt-5.5"],
    [expect.stringMatching(/^resp_/), "gpt-5.5"],
  ]);
  const times = first.calls.flatMap(({ startedAt, completedAt }) => [startedAt?.getTime(), completedAt?.getTime()]);
  expect(times).toEqual(times.toSorted((one, other) => (one ?? 0) - (other ?? 0)));
  expect(times).not.toContain(undefined);
  expect(first.contextWindow).toEqual({ used: 180, limit: expect.any(Number) });
  await expectOnRecord(thread, first);

  const second = await thread.run("two");
  expect(second.usage).toEqual(sum(reported.slice(2)));
  expect(second.threadUsage).toEqual(sum());
  await expectOnRecord(thread, second);
});

test("a thread that is resumed in a new process counts only its own turn", async () => {
  play([
    () => spend({ input: 5_000, output: 1 }, ok),
    () => spend({ input: 60, output: 2 }, command),
    () => spend({ input: 70, output: 3 }, ok),
  ]);
  const other = new Codex(model.codexOptions());
  const thread = startThread({}, other);
  await thread.run("one");
  await other.close();
  const resumed = codex.resumeThread(thread.id ?? "");
  const turn = await resumed.run("two");
  expect(turn.usage).toEqual(sum(reported.slice(1)));
  expect(turn.calls).toMatchObject([{ model: "gpt-5.5", completedAt: expect.any(Date) }, { model: "gpt-5.5" }]);
  expect(turn.threadUsage).toEqual(sum());
  expect(turn.contextWindow).toMatchObject({ used: 73 });
  await expectOnRecord(resumed, turn);
});

test.each([
  ["Codex's own compaction", "gateway"],
  ["the endpoint's compaction", "OpenAI"],
])("a turn that compacts counts the compaction request but not the previous turn: %s", async (_, name) => {
  play([() => spend({ input: 5_000, output: 100 }, ok)]);
  const provider = { name, base_url: model.baseUrl, wire_api: "responses", supports_websockets: false };
  const config = { model_auto_compact_token_limit: 4_000, model_providers: { own: provider } };
  const thread = startThread({ modelProvider: "own", config });
  await thread.run("one");
  reported = [];
  script = (request) =>
    request.purpose === "compaction"
      ? spend({ input: 70, output: 4 }, compaction())
      : spend({ input: 45, output: 1 }, ok);
  const turn = await thread.run("two");
  expect(reported).toHaveLength(2);
  expect(turn.usage).toEqual(sum());
  expect(turn.calls).toHaveLength(2);
  await expectOnRecord(thread, turn);

  // The same, resumed: Codex does not report each response in this case.
  await thread.run("three");
  play([() => spend({ input: 5_000, output: 100 }, ok)]);
  const resumed = codex.resumeThread(thread.id ?? "", { modelProvider: "own", config });
  await resumed.run("four");
  reported = [];
  script = (request) =>
    request.purpose === "compaction"
      ? spend({ input: 71, output: 5 }, compaction())
      : spend({ input: 46, output: 2 }, ok);
  const again = await resumed.run("five");
  expect(reported).toHaveLength(2);
  expect(again.usage).toEqual(sum());
  await expectOnRecord(resumed, again);
});

const review = JSON.stringify({
  findings: [],
  overall_correctness: "patch is correct",
  overall_explanation: "Fine.",
  overall_confidence_score: 1,
});

test.each(["started", "resumed"])("a review counts its requests: on a thread that was %s", async (how) => {
  play([
    () => spend({ input: 10, output: 1 }, ok),
    () => spend({ input: 900, output: 9 }, command),
    () => spend({ input: 950, output: 8 }, say(review)),
  ]);
  const started = startThread();
  await started.run("one");
  const thread = how === "started" ? started : codex.resumeThread(started.id ?? "");
  const turn = await (await thread.review({ type: "custom", instructions: "Look at it." })).completed();
  expect(turn.usage).toEqual(sum(reported.slice(1)));
  expect(turn.subagents).toEqual([]);
  await expectOnRecord(thread, turn);
});

test.each([
  ["saved", false],
  ["ephemeral", true],
])("a turn with an incomplete response reports its tokens in the error: %s thread", async (_, ephemeral) => {
  play([
    () => spend({ input: 20, output: 2 }, command),
    () => incompleteAfter({ input: 300, output: 10 }),
    () => spend({ input: 30, output: 3 }, ok),
  ]);
  const thread = startThread({ ephemeral });
  const error = await thread.run("one").catch((error: unknown) => error);
  expect(error).toMatchObject({ turn: { usage: sum(), totalUsage: sum(), calls: [{}, {}] } });
  const turn = await thread.run("two");
  expect(turn.usage).toEqual(sum(reported.slice(2)));
  if (ephemeral) return;
  const [failed] = await thread.history();
  expect(failed).toMatchObject({ status: "failed", usage: sum(reported.slice(0, 2)) });
});

test("failed and interrupted turns report the tokens of the requests that were answered", async () => {
  play([
    () => spend({ input: 20, output: 2 }, command),
    () => silence({ text: "Half" }),
    () => spend({ input: 40, output: 4 }, command),
    () => failResponse({ code: "context_length_exceeded" }),
  ]);
  const thread = startThread();
  const running = await thread.runStreamed("one");
  for await (const event of running) if (event.type === "item.updated") break;
  await expect(running.completed()).rejects.toMatchObject({
    code: "interrupted",
    turn: { usage: sum(reported.slice(0, 1)) },
  });
  const error = await thread.run("two").catch((error: unknown) => error);
  expect(error).toMatchObject({ code: "context_window_exceeded", turn: { usage: sum(reported.slice(1)) } });
  const history = await thread.history();
  expect(history.map(({ usage }) => usage)).toEqual(reported.map((each) => sum([each])));
});

test("a fork does not count inherited usage, and its recorded usage appears once", async () => {
  play([
    () => spend({ input: 1_000, output: 10 }, ok),
    () => spend({ input: 60, output: 2 }, ok),
    () => spend({ input: 70, output: 3 }, ok),
  ]);
  const thread = startThread();
  const first = await thread.run("one");
  const fork = await thread.fork();
  const own = await fork.run("two");
  expect(own.usage).toEqual(sum(reported.slice(1)));
  const again = await thread.run("three");
  expect(again.usage).toEqual(sum(reported.slice(2)));
  const history = await fork.history();
  expect(history.map(({ usage }) => usage)).toEqual([first.usage, own.usage]);
});

const task = "You are the helper.";
const agents = { namespace: "multi_agent_v1" };

/** A parent that starts a helper, and optionally waits for it. */
function playFamily({ wait, helper }: { wait: boolean; helper: () => Step | Promise<Step> }): void {
  reported = [];
  script = (request) => {
    if (request.userTexts.some((text) => text.includes(task))) return helper();
    const { functionOutputs } = request;
    if (functionOutputs.length === 0) {
      return spend({ input: 100, output: 1 }, callTool("spawn_agent", { message: task }, agents));
    }
    const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(functionOutputs[0]?.text ?? "")?.[0];
    if (wait && functionOutputs.length === 1) {
      return spend({ input: 200, output: 2 }, callTool("wait_agent", { targets: [id], timeout_ms: 30_000 }, agents));
    }
    return spend({ input: 300, output: 3 }, ok);
  };
}

test.each(["started", "resumed", "ephemeral"])("sub-agents are counted separately: %s thread", async (how) => {
  play([() => spend({ input: 10, output: 1 }, ok)]);
  const started = startThread(how === "ephemeral" ? { ephemeral: true } : {});
  await started.run("one");
  const thread = how === "resumed" ? codex.resumeThread(started.id ?? "") : started;
  playFamily({ wait: true, helper: () => spend({ input: 500, output: 50 }, say("Helped.")) });
  const turn = await thread.run("two");
  const helped = sum([{ input: 500, output: 50 }]);
  expect(turn.usage).toEqual(sum(reported.filter(({ input }) => input !== 500)));
  expect(turn.subagents).toMatchObject([{ threadId: expect.any(String), usage: helped, calls: [{ usage: helped }] }]);
  expect(turn.totalUsage).toEqual(sum());
  if (how !== "ephemeral") {
    const record = await expectOnRecord(thread, turn);
    expect(record.subagents).toMatchObject([{ threadId: turn.subagents[0]?.threadId, usage: helped }]);
  }
});

test("usage of a sub-agent after its turn is recorded for that turn", async () => {
  const release = deferred<void>();
  playFamily({
    wait: false,
    helper: () => {
      reported.push({ input: 500, output: 50 });
      return respond([until(release.promise), say("Helped.")], { usage: { input: 500, output: 50 } });
    },
  });
  const thread = startThread();
  const turn = await thread.run("one");
  expect(turn.totalUsage).toEqual(turn.usage);
  const ended = new Promise<void>((resolve) => {
    codex.on("thread.status_changed", ({ threadId, status }) => {
      if (threadId !== thread.id && status === "idle") resolve();
    });
  });
  release.resolve();
  await ended;
  const [record] = await thread.history();
  expect(record?.usage).toEqual(turn.usage);
  expect(record?.totalUsage).toEqual(sum());
});

test("over exec, the same turn has the same usage, calls and sub-agents", async () => {
  const exec = new Codex({ ...model.codexOptions(), transport: "exec" });
  const thread = startThread({}, exec);
  playFamily({ wait: true, helper: () => spend({ input: 500, output: 50 }, say("Helped.")) });
  const turn = await thread.run("one");
  expect(turn.usage).toEqual(sum(reported.filter(({ input }) => input !== 500)));
  expect(turn.calls).toHaveLength(3);
  expect(turn.totalUsage).toEqual(sum());
  expect(turn.contextWindow).toMatchObject({ used: 303 });
  play([() => spend({ input: 60, output: 2 }, ok)]);
  const second = await thread.run("two");
  expect(second.usage).toEqual(sum());
  await expectOnRecord(thread, second);
  await exec.close();
});
