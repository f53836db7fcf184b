// Codex is killed at every moment of a turn: running turns report it, and every saved thread continues.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { CodexError, CodexExitedError } from "../../../src/index.js";
import type { Codex, Thread } from "../../../src/index.js";
import { runCommand, say, silence } from "../../../src/testing/index.js";
import type { ScriptedModel, Step } from "../../../src/testing/index.js";
import { appServersOf, commandLinesOf } from "../../support/model-processes.js";
import { usualCodexOn, scriptedModel } from "../../support/workspace.js";

function kill(model: ScriptedModel, signal: NodeJS.Signals = "SIGKILL"): void {
  const [pid, ...others] = appServersOf(model);
  expect(others).toEqual([]);
  process.kill(pid ?? 0, signal);
}

function open(model: ScriptedModel, codex: Codex): Thread {
  return codex.startThread({ ...model.threadOptions(), sandboxMode: "danger-full-access" });
}

async function failure(work: Promise<unknown>): Promise<CodexError> {
  const error: unknown = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (CodexError.isInstance(error)) return error;
  throw new Error(`Not the error of a turn: ${String(error)}`);
}

/** How many requests had each text as the last user text. */
function asked(model: ScriptedModel): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { lastUserText = "" } of model.requests) counts[lastUserText] = (counts[lastUserText] ?? 0) + 1;
  return counts;
}

test("ten threads, some streaming, some in a command: each turn fails on its own, and each thread continues", async () => {
  const model = await scriptedModel(({ lastUserText }): Step => {
    if (!lastUserText.startsWith("hang")) return say(`re: ${lastUserText}`);
    return Number(lastUserText.split(" ")[1]) % 2 === 0
      ? silence({ text: `partial ${lastUserText}` })
      : runCommand("setsid sleep 322 & sleep 321", { yieldTimeMs: 30_000, login: false });
  });
  const codex = usualCodexOn(model, { shutdownGraceMs: 300 });
  const threads = Array.from({ length: 10 }, () => open(model, codex));
  await Promise.all(threads.map((thread, index) => thread.run(`before ${index}`)));
  const ids = threads.map(({ id }) => id);
  const turns = await Promise.all(threads.map((thread, index) => thread.runStreamed(`hang ${index}`)));
  await Promise.all(
    turns.map(async (turn) => {
      const events = turn.events[Symbol.asyncIterator]();
      for (let event = await events.next(); !event.done; event = await events.next()) {
        if (event.value.type === "item.started" || event.value.type === "item.updated") return;
      }
    }),
  );
  kill(model);
  const errors = await Promise.all(turns.map((turn) => failure(turn.completed())));
  expect(new Set(errors).size).toBe(10);
  for (const [index, error] of errors.entries()) {
    expect(error).toBeInstanceOf(CodexExitedError);
    expect(error).toMatchObject({ code: "exited", exitCode: null, signal: "SIGKILL", isRetryable: true });
    expect(error.message).toBe("Codex was killed by SIGKILL.");
    const item =
      index % 2 === 0 ? { type: "agent_message", text: `partial hang ${index}` } : { type: "command_execution" };
    expect(error.turn?.items).toMatchObject([item]);
  }
  expect(commandLinesOf(model)).toEqual([]);

  const after = await Promise.all(threads.map((thread, index) => thread.run(`after ${index}`)));
  expect(after.map(({ finalResponse }) => finalResponse)).toEqual(threads.map((_, index) => `re: after ${index}`));
  expect(threads.map(({ id }) => id)).toEqual(ids);
  for (const index of threads.keys()) {
    const { input } = model.requests.find(({ lastUserText }) => lastUserText === `after ${index}`)!;
    expect(JSON.stringify(input)).toContain(`re: before ${index}`);
  }
  expect(Object.entries(asked(model)).filter(([, count]) => count !== 1)).toEqual([]);
});

test("a new thread continues after its first turn crashed", async () => {
  const model = await scriptedModel(({ lastUserText }) => (lastUserText === "hang" ? silence() : say("here")));
  const thread = open(model, usualCodexOn(model));
  const turn = failure(thread.run("hang"));
  await model.waitForRequest(1);
  kill(model);
  expect(await turn).toMatchObject({ code: "exited", signal: "SIGKILL" });
  expect((await thread.run("again")).finalResponse).toBe("here");
  expect((await thread.run("and again")).finalResponse).toBe("here");
  expect(asked(model)).toEqual({ hang: 1, again: 1, "and again": 1 });
});

test("a kill during the handshake fails the turn, and the next turn starts a new process", async () => {
  const model = await scriptedModel([say("here")]);
  const thread = open(model, usualCodexOn(model));
  const turn = failure(thread.run("one"));
  await expect.poll(() => appServersOf(model), { interval: 1 }).toHaveLength(1);
  kill(model);
  expect(await turn).toMatchObject({ code: "exited", exitCode: null, signal: "SIGKILL" });
  expect((await thread.run("two")).finalResponse).toBe("here");
  expect(asked(model)).toEqual({ two: 1 });
});

test(
  "a kill at any moment of a turn neither runs the turn twice nor loses received text",
  { timeout: 60_000 },
  async () => {
    const model = await scriptedModel(({ lastUserText }) =>
      say(`re: ${lastUserText}`, { pieces: ["re: ", lastUserText ?? ""], pauseMs: 40 }),
    );
    const codex = usualCodexOn(model, { shutdownGraceMs: 300 });
    const thread = open(model, codex);
    await thread.run("first");
    const done = ["first"];
    for (const [round, ms] of [0, 1, 4, 12, 30, 60, 120].entries()) {
      const turn = thread.run(`turn ${round}`).then(
        () => done.push(`turn ${round}`),
        (error: unknown) => expect(error).toMatchObject({ code: "exited", signal: "SIGKILL" }),
      );
      await delay(ms);
      for (const pid of appServersOf(model)) process.kill(pid, "SIGKILL");
      await turn;
      const next = await thread.run(`next ${round}`);
      expect(next.finalResponse).toBe(`re: next ${round}`);
      done.push(`next ${round}`);
    }
    expect(Object.entries(asked(model)).filter(([, count]) => count !== 1)).toEqual([]);
    const { input } = model.requests.at(-1)!;
    const heard = JSON.stringify(input);
    for (const text of done.slice(0, -1)) expect(heard).toContain(`re: ${text}`);
  },
);

test("after a kill between turns, the next turn starts a new process immediately", async () => {
  const model = await scriptedModel(({ lastUserText }) => say(`re: ${lastUserText}`));
  const thread = open(model, usualCodexOn(model));
  await thread.run("one");
  for (const text of ["two", "three", "four"]) {
    kill(model);
    expect((await thread.run(text)).finalResponse).toBe(`re: ${text}`);
  }
  expect(asked(model)).toEqual({ one: 1, two: 1, three: 1, four: 1 });
});

test("an external SIGTERM is reported like any other exit", async () => {
  const model = await scriptedModel([silence(), say("here")]);
  const thread = open(model, usualCodexOn(model));
  const turn = failure(thread.run("hang"));
  await model.waitForRequest(1);
  kill(model, "SIGTERM");
  const error = await turn;
  expect(["exited", "incomplete"]).toContain(error.code);
  expect((await thread.run("again")).finalResponse).toBe("here");
});

test("a broken config.toml reports Codex's own error, and the next turn runs once the file is repaired", async () => {
  const model = await scriptedModel([say("here")]);
  const file = path.join(model.codexHome, "config.toml");
  writeFileSync(file, "model = \n");
  const thread = open(model, usualCodexOn(model));
  const error = await failure(thread.run("hi"));
  expect(error.message).toMatch(/^Codex rejected its configuration: .*config\.toml:1:9: string values must be quoted/);
  writeFileSync(file, "");
  expect((await thread.run("hi")).finalResponse).toBe("here");
});

test("a Codex that cannot start is abandoned with the rejected setting in the error, without banner and backtrace", async () => {
  const model = await scriptedModel([]);
  const codex = usualCodexOn(model, { config: { model_provider: "nowhere" } });
  const errors = await Promise.all([failure(open(model, codex).run("one")), failure(codex.warm())]);
  for (const error of errors) {
    expect(error).toMatchObject({ code: "invalid_input", isRetryable: false });
    expect(error.message).toMatch(/^The model provider "nowhere" is not configured\. /);
    expect(error.message).not.toContain("backtrace");
  }
  expect(commandLinesOf(model)).toEqual([]);
});
