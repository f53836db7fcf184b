// A turn that runs at most once: its key, its outcome, and what happens after its process was lost.
// `../stores/kill-matrix.test.ts` kills workers and Codex at each moment.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { CodexError, runTurnOnce } from "../../../src/index.js";
import type { Codex, Thread, ThreadEvent, TurnOnceOptions, OnceOutcome } from "../../../src/index.js";
import { runCommand, say } from "../../../src/testing/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { startWorker } from "../../support/durable/durable-turns.js";
import { allProcesses } from "../../support/model-processes.js";
import type { FoundProcess } from "../../support/model-processes.js";
import { machine, sharedDirectory } from "../../support/stores/stored-threads.js";
import { scriptedModel, temporaryDirectory } from "../../support/workspace.js";

const leaseMs = 3_000;

/** Runs one command for each prompt that begins with "work", and answers. */
async function workingModel(seconds = 0): Promise<ScriptedModel> {
  return scriptedModel((request) => {
    const prompt = request.userTexts.at(-1) ?? "";
    const counter = /^work (\S+)$/.exec(prompt)?.[1];
    const wasLost = JSON.stringify(request.body).includes("was lost");
    if (request.newOutputs.length > 0 || counter === undefined || wasLost) return say("Done.");
    return runCommand(`echo run >> ${counter}; sleep ${seconds}`, { login: false, yieldTimeMs: 30_000 });
  });
}

/** Requests that start work, without those that only continue it. */
const prompts = (model: ScriptedModel, prompt: string) =>
  model.requests.filter(
    (request) =>
      request.newOutputs.length === 0 &&
      request.userTexts.at(-1) === prompt &&
      !JSON.stringify(request.body).includes("was lost"),
  ).length;

const runs = (counter: string) => (existsSync(counter) ? readFileSync(counter, "utf8").trim().split("\n").length : 0);

/** Repeats the call like an engine, as long as another process holds the thread. */
async function deliver(thread: Thread, options: TurnOnceOptions): Promise<OnceOutcome> {
  for (;;) {
    try {
      return await runTurnOnce(thread, options);
    } catch (error) {
      if (!CodexError.isInstance(error) || error.code !== "thread_busy") throw error;
      await new Promise((resolve) => setTimeout(resolve, Math.min(error.retryAfterMs ?? 100, 200)));
    }
  }
}

async function created(codex: Codex, model: ScriptedModel, workingDirectory: string): Promise<string> {
  const thread = codex.startThread({ ...model.threadOptions({ workingDirectory }), sandboxMode: "danger-full-access" });
  const id = await thread.create("A durable thread");
  await thread.release();
  return id;
}

test("a key runs once: repeated calls, on any machine, get the recorded outcome", async () => {
  const model = await workingModel();
  const { open } = sharedDirectory({ leaseMs });
  const [one, other] = [machine(model, open()), machine(model, open())];
  const workingDirectory = temporaryDirectory();
  const counter = path.join(workingDirectory, "counter");
  const input = `work ${counter}`;
  const id = await created(one.codex, model, workingDirectory);
  const options = { ...model.threadOptions({ workingDirectory }), sandboxMode: "danger-full-access" as const };
  const thread = one.codex.resumeThread(id, options);
  const events: ThreadEvent[] = [];
  let repeated: Promise<OnceOutcome> | undefined;
  const first = await runTurnOnce(thread, {
    turnKey: "k",
    input,
    onEvent: (event) => {
      events.push(event);
      repeated ??= runTurnOnce(thread, { turnKey: "k", input });
    },
  });
  const second = await repeated;
  expect(first).toMatchObject({ status: "completed", turnKey: "k", threadId: id, finalResponse: "Done." });
  expect(second).toEqual(first);
  // The other machine needs no claim to read a recorded outcome.
  expect(await runTurnOnce(other.codex.resumeThread(id, options), { turnKey: "k", input })).toEqual(first);
  expect(events.map(({ type }) => type)).toContain("turn.completed");
  expect([prompts(model, input), runs(counter)]).toEqual([1, 1]);
  await expect(runTurnOnce(thread, { turnKey: "k", input: "other" })).rejects.toMatchObject({ code: "invalid_input" });
  await thread.release();
  expect(await deliver(other.codex.resumeThread(id, options), { turnKey: "k2", input: "next" })).toMatchObject({
    status: "completed",
  });
});

test("runTurnOnce rejects a thread without an ID", async () => {
  const model = await workingModel();
  const { open } = sharedDirectory();
  const { codex } = machine(model, open());
  await expect(runTurnOnce(codex.startThread(), { turnKey: "k", input: "x" })).rejects.toMatchObject({
    code: "invalid_input",
  });
  expect(model.requests).toHaveLength(0);
});

test('with "continue" the turn continues elsewhere: the agent reads which call may have run, and it does not run again', async () => {
  const model = await workingModel(30);
  const { directory, open } = sharedDirectory({ leaseMs });
  const { codex } = machine(model, open());
  const workingDirectory = temporaryDirectory();
  const counter = path.join(workingDirectory, "counter");
  const input = `work ${counter}`;
  const threadId = await created(codex, model, workingDirectory);
  const codexHome = temporaryDirectory("codex-sdk-home-", "/var/tmp");
  const threadOptions = { ...model.threadOptions({ workingDirectory }), sandboxMode: "danger-full-access" as const };
  const worker = { model, codexHome, directory, leaseMs, threadId, turnKey: "k", input, threadOptions, counter };
  const { ended } = await startWorker({ ...worker, moment: "command running" });
  const { signal, output } = await ended;
  expect(signal, output).toBe("SIGKILL");
  const thread = codex.resumeThread(threadId, threadOptions);
  const outcome = await deliver(thread, { turnKey: "k", input, onWorkerLoss: "continue" });
  expect(outcome).toMatchObject({ status: "completed", finalResponse: "Done.", continuations: 1 });
  expect([prompts(model, input), runs(counter)]).toEqual([1, 1]);
  expect(model.requests.at(-1)?.newOutputs.at(-1)?.text).toContain("may have run");
  expect(await runTurnOnce(thread, { turnKey: "k", input })).toEqual(outcome);
});

test.each(["ask", "continue"] as const)("Codex is killed while a command runs: %s", async (onWorkerLoss) => {
  const model = await workingModel(30);
  const { open } = sharedDirectory({ leaseMs });
  const { codex, codexHome } = machine(model, open());
  const workingDirectory = temporaryDirectory();
  const counter = path.join(workingDirectory, "counter");
  const input = `work ${counter}`;
  const id = await created(codex, model, workingDirectory);
  const thread = codex.resumeThread(id, {
    ...model.threadOptions({ workingDirectory }),
    sandboxMode: "danger-full-access",
  });
  const kill = (event: ThreadEvent) => {
    if (event.type !== "item.started" || event.item.type !== "command_execution") return;
    const isOwn = ({ commandLine, environment }: FoundProcess) =>
      commandLine.includes("app-server") && environment.includes(`CODEX_HOME=${codexHome}`);
    for (const { pid } of allProcesses().filter(isOwn)) process.kill(pid, "SIGKILL");
  };
  const outcome = await runTurnOnce(thread, { turnKey: "k", input, onWorkerLoss, onEvent: kill });
  expect(outcome.status).toBe(onWorkerLoss === "ask" ? "interrupted" : "completed");
  expect([prompts(model, input), runs(counter)]).toEqual([1, expect.any(Number)]);
  expect(runs(counter)).toBeLessThanOrEqual(1);
  expect(await runTurnOnce(thread, { turnKey: "k", input, onWorkerLoss })).toEqual(outcome);
});
