// Observers receive the steps of a turn with their times, and never affect the turn.
import { afterAll, beforeAll, expect, test } from "vitest";
import { AsyncLocalStorage } from "node:async_hooks";
import { z } from "zod";
import { Codex, tool } from "../../../src/index.js";
import type {
  CodexObserver,
  ProtocolMessage,
  ThreadOptions,
  TurnObserver,
  TurnOutcome,
  TurnStep,
} from "../../../src/index.js";
import { callTool, fail, patch, runCommand, say, ScriptedModel } from "../../../src/testing/index.js";
import type { StepList } from "../../../src/testing/index.js";
import { temporaryDirectory } from "../../support/workspace.js";

let steps: StepList = [];
let model: ScriptedModel;
const codexes: Codex[] = [];

beforeAll(async () => {
  model = await ScriptedModel.start(async (request) => {
    const step = steps[request.functionOutputs.length] ?? say("The script is over.");
    return typeof step === "function" ? step(request) : step;
  });
});
afterAll(async () => {
  await Promise.all(codexes.map((codex) => codex.close()));
  await model.close();
});

function codexWith(telemetry: CodexObserver | readonly CodexObserver[]): Codex {
  const codex = new Codex({ ...model.codexOptions(), telemetry });
  codexes.push(codex);
  return codex;
}

function threadOn(codex: Codex, options: ThreadOptions = {}) {
  return codex.startThread(
    model.threadOptions({
      workingDirectory: temporaryDirectory(),
      sandboxMode: "danger-full-access" as const,
      ...options,
    }),
  );
}

const context = new AsyncLocalStorage<string>();

const add = tool({
  name: "add",
  description: "Adds two numbers.",
  input: z.object({ a: z.number(), b: z.number() }),
  execute: async ({ a, b }) => {
    await Promise.resolve();
    return `${context.getStore() ?? "no context"}: ${a + b}`;
  },
});

test("each step of a turn is reported once, with its times and outcome, and host code runs in its context", async () => {
  const started: TurnStep[] = [];
  const ended: TurnStep[] = [];
  const outcomes: TurnOutcome[] = [];
  const seen: string[] = [];
  const starts: number[] = [];
  const codex = codexWith({
    onCodexStart: ({ restarts }) => starts.push(restarts),
    onTurn: ({ kind, threadId, model, input }) => {
      seen.push(JSON.stringify([kind, threadId, model, input]));
      return {
        onTurnStart: ({ queuedMs }) => seen.push(`queued ${queuedMs >= 0}`),
        onEvent: ({ type }) => seen.push(type),
        onStepStart: (step) => started.push(step),
        onStepEnd: (step) => ended.push(step),
        onTurnEnd: (outcome) => outcomes.push(outcome),
        runInContext: (step, work) => context.run(`in ${step.kind}`, work),
      };
    },
  });
  steps = [
    runCommand("true", { login: false, escalate: "May I?" }),
    patch({ "a.txt": { add: "a\n" } }),
    callTool("add", { a: 1, b: 2 }),
    say("3"),
  ];
  const asked: (string | undefined)[] = [];
  const thread = threadOn(codex, {
    sandboxMode: "workspace-write",
    tools: [add],
    onApproval: async () => {
      asked.push(context.getStore());
      return "approve" as const;
    },
  });
  const turn = await thread.run("go");

  expect(seen.slice(0, 4)).toEqual([
    JSON.stringify(["prompt", null, "gpt-5.5", "go"]),
    "queued true",
    "thread.started",
    "turn.started",
  ]);
  expect(seen.at(-1)).toBe("turn.completed");
  expect(starts).toEqual([0]);
  expect(asked).toEqual(["in approval"]);
  expect(JSON.stringify(turn.items)).toContain("in tool: 3");
  const kinds = ended.map(({ kind, outcome }) => `${kind} ${outcome}`);
  expect(kinds.toSorted()).toEqual(
    [
      "approval approve",
      "command completed",
      "patch completed",
      "tool completed",
      ...Array.from({ length: 4 }, () => "model_call completed"),
    ].toSorted(),
  );
  expect(started.map(({ id }) => id).toSorted()).toEqual(ended.map(({ id }) => id).toSorted());
  for (const { startedAt, endedAt } of ended) expect(Number(endedAt)).toBeGreaterThanOrEqual(Number(startedAt));
  expect(outcomes).toMatchObject([{ turnId: turn.id, threadId: thread.id, usage: turn.usage, error: undefined }]);
});

test("a turn that fails is reported with its error, once", async () => {
  const outcomes: TurnOutcome[] = [];
  const codex = codexWith({ onTurn: () => ({ onTurnEnd: (outcome) => outcomes.push(outcome) }) });
  steps = [fail(400, { message: "No." })];
  const thread = threadOn(codex);
  const error = await thread.run("go").catch((error: unknown) => error);
  await thread.run("go", { outputSchema: 5 as never }).catch(() => undefined);
  expect(outcomes).toHaveLength(2);
  expect(outcomes[0]?.error).toBe(error);
  expect(outcomes[1]?.error).toMatchObject({ code: "invalid_input" });
});

const boom = () => {
  throw new Error("boom");
};
const never = () => new Promise<never>(() => undefined);
const rejects = () => Promise.reject(new Error("boom"));

test.each<[string, () => unknown]>([
  ["throws", boom],
  ["rejects", rejects],
  ["never settles", never],
])("an observer in which every hook %s does not affect the turn", async (_, hook) => {
  const warnings: Error[] = [];
  const onWarning = (warning: Error) => warnings.push(warning);
  process.on("warning", onWarning);
  const hooks = ["onTurnStart", "onEvent", "onStepStart", "onStepEnd", "onTurnEnd", "runInContext", "traceContext"];
  const bad = Object.fromEntries(hooks.map((name) => [name, hook])) as TurnObserver;
  const good: string[] = [];
  const codex = codexWith([
    { onCodexStart: hook, onTurn: hook as never, onMessage: hook },
    { onTurn: () => bad },
    { onTurn: () => ({ onStepEnd: ({ kind }) => good.push(kind) }) },
  ]);
  steps = [callTool("add", { a: 1, b: 2 }), say("3")];
  const turn = await threadOn(codex, { tools: [add] }).run("go");
  expect(turn.finalResponse).toBe("3");
  expect(JSON.stringify(turn.items)).toContain("no context: 3");
  expect(good.toSorted()).toEqual(["model_call", "model_call", "tool"]);
  await new Promise((resolve) => setImmediate(resolve));
  process.off("warning", onWarning);
  const own = warnings.filter(({ name }) => name === "CodexObserverWarning");
  expect(own).toHaveLength(hook === never ? 0 : 2);
});

test("an observer receives the messages between the SDK and Codex without secrets, and long messages are truncated", async () => {
  const messages: ProtocolMessage[] = [];
  const codex = codexWith({ onMessage: (message) => messages.push(message) });
  const prompt = "x".repeat(20_000);
  steps = [say("Hello.")];
  await threadOn(codex).run(prompt);
  const methods = messages.map(({ direction, text }) => [direction, /"method":"([^"]*)"/.exec(text)?.[1]]);
  expect(methods[0]).toEqual(["sent", "initialize"]);
  expect(methods).toContainEqual(["received", "turn/completed"]);
  const login = messages.find(({ text }) => text.includes("account/login/start"))!;
  expect(JSON.parse(login.text)).toMatchObject({ params: { apiKey: "[redacted]" } });
  const start = messages.find(({ text }) => text.includes('"method":"turn/start"'))!;
  expect(start.text).toHaveLength(16_384);
  expect(start.length).toBeGreaterThan(20_000);
});

test("runInContext that runs the work twice, or never, still runs it once", async () => {
  let calls = 0;
  const counted = tool({
    name: "count",
    description: "Counts.",
    input: z.object({}),
    execute: () => `${++calls}`,
  });
  for (const runInContext of [(_: TurnStep, work: () => void) => (work(), work()), () => undefined]) {
    calls = 0;
    steps = [callTool("count"), say("ok")];
    await threadOn(codexWith({ onTurn: () => ({ runInContext }) }), { tools: [counted] }).run("go");
    expect(calls).toBe(1);
  }
});

test.each([{ onturn: () => undefined }, {}, 5, [{}], { onTurn: 5 }, [{ onTurn: boom }, null]])(
  "an invalid observer is rejected: %j",
  (telemetry) => {
    expect(() => new Codex({ telemetry: telemetry as never })).toThrow(/telemetry must be an observer/);
  },
);
