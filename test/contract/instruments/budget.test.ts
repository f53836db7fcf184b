// Budgets: a turn that exceeds its budget ends with its commands, and the thread remains usable.
import { afterAll, beforeAll, expect, test } from "vitest";
import { BudgetExceededError, Codex, InvalidInputError, UnsupportedError } from "../../../src/index.js";
import type {
  Budget,
  BudgetStatus,
  CodexOptions,
  Prices,
  Thread,
  ThreadOptions,
  TurnOptions,
} from "../../../src/index.js";
import { callTool, respond, runCommand, say, ScriptedModel, silence } from "../../../src/testing/index.js";
import type { ModelRequest, Step } from "../../../src/testing/index.js";
import { markedProcesses } from "../../../src/process/tree/runtime-marker.js";
import { temporaryDirectory } from "../../support/workspace.js";

let script: (request: ModelRequest) => Step = () => say("unexpected");
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

const usage = { input: 90, output: 10 };
const loop = () => respond([runCommand("true", { login: false })], { usage });
const ok = () => respond([say("ok")], { usage });

function startThread(options: ThreadOptions = {}, on = codex): Thread {
  return on.startThread(model.threadOptions({ workingDirectory: temporaryDirectory(), ...options }));
}

async function failure(work: Promise<unknown>): Promise<BudgetExceededError> {
  const error = await work.then(
    () => new Error("The turn did not fail."),
    (error: unknown) => error,
  );
  if (error instanceof BudgetExceededError) return error;
  throw error;
}

/** Runs `work` on its own Codex. */
async function withCodex<Result>(options: CodexOptions, work: (codex: Codex) => Promise<Result>): Promise<Result> {
  const own = new Codex({ ...model.codexOptions(), ...options });
  try {
    return await work(own);
  } finally {
    await own.close();
  }
}

test("a turn that loops forever ends after the request that exceeds its tokens, and the thread continues", async () => {
  script = loop;
  const thread = startThread();
  const before = model.requests.length;
  const error = await failure(thread.run("go", { budget: { tokens: 250 } }));
  expect(error).toMatchObject({ code: "budget_exceeded", limit: "tokens", scope: "turn", spent: 300, allowed: 250 });
  expect(error.turn).toMatchObject({ threadId: thread.id, totalUsage: { input_tokens: 270, output_tokens: 30 } });
  expect(model.requests.length - before).toBeLessThanOrEqual(4);
  script = ok;
  expect((await thread.run("again", { budget: { tokens: 250 } })).finalResponse).toBe("ok");
});

test("the commands of the turn end together with the turn", async () => {
  let requests = 0;
  script = () => {
    requests += 1;
    return requests === 1
      ? respond([runCommand("sleep 600", { login: false, yieldTimeMs: 300 })], { usage })
      : respond([runCommand("true", { login: false })], { usage });
  };
  const thread = startThread({ sandboxMode: "danger-full-access" });
  await failure(thread.run("go", { budget: { tokens: 150 } }));
  expect(await markedProcesses(`CODEX_THREAD_ID=${thread.id}`)).toEqual([]);
});

test("a thread's budget counts its current and recorded turns, and warns once at 80 %", async () => {
  script = ok;
  const warnings: BudgetStatus[] = [];
  const budget: Budget = { tokens: 350, onWarning: (status) => warnings.push(status) };
  const thread = startThread({ budget });
  for (const prompt of ["one", "two", "three"]) await thread.run(prompt);
  expect(warnings).toMatchObject([{ limit: "tokens", scope: "thread", spent: 300, allowed: 350, isExceeded: false }]);
  expect(await failure(thread.run("four"))).toMatchObject({ scope: "thread", spent: 400 });
  const before = model.requests.length;
  expect(await failure(thread.run("five"))).toMatchObject({ spent: 400 });
  expect(model.requests).toHaveLength(before);

  const resumed = codex.resumeThread(thread.id ?? "", { budget: { tokens: 350 } });
  expect(await failure(resumed.run("six"))).toMatchObject({ spent: 400 });
  const raised = codex.resumeThread(thread.id ?? "", { budget: { tokens: 600 } });
  expect((await raised.run("seven")).finalResponse).toBe("ok");
});

test("Codex itself tracks a thread's budget and tells the model how much is left", async () => {
  script = loop;
  const thread = startThread({ budget: { tokens: 450 } });
  await failure(thread.run("go"));
  expect(JSON.stringify(model.requests.at(-1)?.input)).toContain("<rollout_budget>");
});

const task = "You are the helper.";

test("the spending of sub-agents counts, and sub-agents end with the turn", async () => {
  const agents = { namespace: "multi_agent_v1" };
  script = (request) => {
    if (request.userTexts.some((text) => text.includes(task))) return loop();
    const [spawned] = request.functionOutputs;
    if (!spawned) return respond([callTool("spawn_agent", { message: task }, agents)], { usage });
    const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(spawned.text)?.[0];
    return respond([callTool("wait_agent", { targets: [id], timeout_ms: 60_000 }, agents)], { usage });
  };
  const error = await failure(startThread().run("go", { budget: { tokens: 550 } }));
  expect(error.turn?.subagents).toHaveLength(1);
  expect(error.turn?.totalUsage?.output_tokens).toBeGreaterThanOrEqual(60);
});

test("the budget of a Codex stops all running threads, and later turns do not start", async () => {
  await withCodex({ budget: { tokens: 1_000 } }, async (own) => {
    script = loop;
    const threads = [1, 2, 3].map(() => startThread({}, own));
    const errors = await Promise.all(threads.map((thread) => failure(thread.run("go"))));
    for (const error of errors) expect(error).toMatchObject({ scope: "codex", allowed: 1_000 });
    // Each thread may have had one request in flight.
    expect(Math.max(...errors.map(({ spent }) => spent))).toBeLessThanOrEqual(1_400);
    const before = model.requests.length;
    await failure(startThread({}, own).run("go"));
    expect(model.requests).toHaveLength(before);
  });
});

test("turns and duration can be limited too", async () => {
  script = ok;
  const thread = startThread({ budget: { turns: 1 } });
  await thread.run("one");
  expect(await failure(thread.run("two"))).toMatchObject({ limit: "turns", spent: 1, allowed: 1 });
  script = () => silence();
  const error = await failure(startThread().run("go", { budget: { durationMs: 700 } }));
  expect(error).toMatchObject({ limit: "durationMs", scope: "turn" });
  expect(error.spent).toBeGreaterThanOrEqual(700);
});

const prices: Prices = {
  source: "test",
  date: "2026-01-01",
  costOf: ({ model, usage: { output_tokens } }) => (model === "gpt-5.5" ? output_tokens / 1_000 : null),
};

test("a budget in US dollars uses the price list, and a model without a price ends the turn", async () => {
  await withCodex({ prices, budget: { usd: 0.025, scope: "thread" } }, async (own) => {
    script = loop;
    const error = await failure(startThread({}, own).run("go"));
    expect(error).toMatchObject({ limit: "usd", scope: "thread", allowed: 0.025 });
    expect(error.spent).toBeCloseTo(0.03);
    expect(error.turn?.cost).toMatchObject({ usd: expect.closeTo(0.03), source: "test", date: "2026-01-01" });
    script = ok;
    const unpriced = await failure(startThread({ model: "gpt-5.4" }, own).run("go"));
    expect(unpriced.message).toContain('does not have a price for the model "gpt-5.4"');
  });
});

test.each<[string, (raise: (status: BudgetStatus) => number | undefined) => Budget]>([
  ["pause", (raise) => ({ tokens: 150, onExceeded: "pause", onWarning: (it) => it.isExceeded && raise(it) })],
  ["a handler", (raise) => ({ tokens: 150, onExceeded: async (status) => raise(status) })],
])("%s pauses the turn until the limit is raised, and the turn continues", async (_, budgetWith) => {
  let requests = 0;
  script = () => {
    requests += 1;
    return requests < 4 ? loop() : ok();
  };
  const asked: number[] = [];
  const budget = budgetWith((status) => {
    asked.push(status.spent);
    status.raise(10_000);
    return 10_000;
  });
  const turn = await startThread().run("go", { budget } satisfies TurnOptions);
  expect(asked).toEqual([200]);
  expect(turn.finalResponse).toBe("ok");
  expect(turn.calls.length).toBe(requests);
  expect(turn.usage?.output_tokens).toBe(10 * requests);
});

test("an abort ends a paused turn, and a warning handler that fails is reported", async () => {
  script = loop;
  const warnings: Error[] = [];
  const onProcessWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onProcessWarning);
  const abort = new AbortController();
  const onWarning = ({ isExceeded, raise }: BudgetStatus) => {
    if (!isExceeded) return;
    expect(() => raise("more" as never)).toThrow(InvalidInputError);
    setImmediate(() => abort.abort());
    throw new Error("The mail server is down.");
  };
  const budget: Budget = { tokens: 150, onExceeded: "pause", onWarning };
  const thread = startThread();
  await expect(thread.run("go", { budget, signal: abort.signal })).rejects.toMatchObject({ name: "AbortError" });
  process.off("warning", onProcessWarning);
  expect(warnings.map(({ name, message }) => `${name}: ${message}`)).toEqual([
    "CodexBudgetWarning: `budget.onWarning` failed: The mail server is down.",
  ]);
  script = ok;
  expect((await thread.run("again")).finalResponse).toBe("ok");
});

test("a handler that returns no limit, or throws, ends the turn", async () => {
  script = loop;
  const thread = startThread();
  const handlers: Budget["onExceeded"][] = [
    () => undefined,
    () => Promise.reject(new Error("no")),
    () => "more" as never,
    () => 0,
  ];
  for (const onExceeded of handlers) {
    const error = await failure(thread.run("go", { budget: { tokens: 150, onExceeded } }));
    expect(error).toMatchObject({ limit: "tokens", spent: 200 });
  }
});

test("over exec, a turn that loops ends too, and a resumed thread's budget includes its recorded turns", async () => {
  await withCodex({ transport: "exec" }, async (exec) => {
    script = loop;
    const before = model.requests.length;
    const error = await failure(startThread({}, exec).run("go", { budget: { tokens: 250 } }));
    expect(error).toMatchObject({ limit: "tokens", scope: "turn" });
    expect(error.turn?.calls.length).toBeLessThanOrEqual(model.requests.length - before);

    script = ok;
    const thread = startThread({}, exec);
    await thread.run("one");
    await thread.run("two");
    const resumed = () => exec.resumeThread(thread.id ?? "", model.threadOptions({ budget: { tokens: 250 } }));
    expect(await failure(resumed().run("three"))).toMatchObject({ scope: "thread", spent: 300 });
    const sent = model.requests.length;
    expect(await failure(resumed().run("four"))).toMatchObject({ spent: 300 });
    expect(model.requests).toHaveLength(sent);
  });
});

test.each<[string, Budget["onExceeded"]]>([
  ["pause", "pause"],
  ["a function", () => 5],
])("over exec, a turn cannot be paused: %s is rejected before anything starts", async (_, onExceeded) => {
  const budget: Budget = { tokens: 5, onExceeded, onWarning: () => undefined };
  const options = { ...model.codexOptions(), transport: "exec" as const };
  expect(() => new Codex({ ...options, budget })).toThrow(UnsupportedError);
  await withCodex({ transport: "exec" }, async (exec) => {
    expect(() => startThread({ budget }, exec)).toThrow(UnsupportedError);
    const before = model.requests.length;
    await expect(startThread({}, exec).run("go", { budget })).rejects.toThrow(UnsupportedError);
    expect(model.requests).toHaveLength(before);
  });
});

test.each<[object, RegExp]>([
  [{ token: 5 }, /budget must be an object with only the keys .*"token" is unknown\)\.$/],
  [{}, /at least one of usd, tokens, turns, durationMs/],
  ...[-1, 0, NaN, Infinity, "5", null].map((tokens): [object, RegExp] => [
    { tokens: tokens as never },
    /`tokens` is a number above 0/,
  ]),
  [{ usd: 0 }, /`usd` is a number above 0, not 0\.$/],
  [{ tokens: Number.NaN }, /`tokens` is a number above 0, not NaN\.$/],
  [{ durationMs: -0.5 }, /`durationMs` is a number above 0/],
  [[], /budget must be an object/],
  [{ tokens: 1, scope: "all" }, /`scope` is one of/],
  [{ tokens: 1, onExceeded: "stop" }, /`onExceeded` is/],
  [{ tokens: 1, onExceeded: "pause" }, /`onWarning`, which raises/],
  [{ usd: 1 }, /`budget.usd` requires prices/],
])("%j is rejected before anything starts", async (budget, message) => {
  const wrong = budget as Budget;
  expect(() => new Codex({ budget: wrong })).toThrow(message);
  expect(() => codex.startThread({ budget: wrong })).toThrow(message);
  await expect(startThread().run("go", { budget: wrong })).rejects.toThrow(message);
});
