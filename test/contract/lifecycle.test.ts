// How turns end when they do not end by themselves, and what is left then: nothing.
import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { Codex, TurnInterruptedError, TurnTimedOutError } from "../../src/index.js";
import { runCommand, say, silence } from "../../src/testing/index.js";
import type { ScriptedModel } from "../../src/testing/index.js";
import { codexOn, repository, scriptedModel } from "../support/workspace.js";

interface Found {
  pid: number;
  command: string;
  environment: string[];
}

/** Processes that were started with the model's CODEX_HOME in their environment. */
function processesOf(model: ScriptedModel): Found[] {
  const all = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return all.flatMap(found).filter(({ environment }) => environment.includes(`CODEX_HOME=${model.codexHome}`));
}

function found(pid: string): Found[] {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
    return [{ pid: Number(pid), command: readFileSync(`/proc/${pid}/cmdline`, "utf8"), environment }];
  } catch {
    return [];
  }
}

/** What the agent runs; codex's own helpers are not it. */
function commandsOf(model: ScriptedModel): string[] {
  const isCommand = ({ environment }: Found) => environment.some((entry) => entry.startsWith("CODEX_TOOL_CALL_ID="));
  return processesOf(model)
    .filter(isCommand)
    .map(({ command }) => command);
}

/** codex itself. */
function appServerOf(model: ScriptedModel): number {
  const servers = processesOf(model).filter(({ command }) => command.split("\0")[1] === "app-server");
  expect(servers).toHaveLength(1);
  return servers[0]!.pid;
}

/** Commands that want to stay: one ignores SIGTERM, one has a session of its own. */
const stubborn = "trap '' TERM; setsid sleep 301 & sleep 302";

function openThread(model: ScriptedModel, codex: Codex) {
  return codex.startThread({
    ...model.threadOptions(),
    workingDirectory: repository(),
    sandboxMode: "danger-full-access",
  });
}

test("an abort ends the turn and its commands, and the thread goes on", async () => {
  const model = await scriptedModel([runCommand(stubborn, { yieldTimeMs: 30_000, login: false }), say("next")]);
  const codex = codexOn(model, { shutdownGraceMs: 300 });
  const thread = openThread(model, codex);
  const abort = new AbortController();
  const streamed = await thread.runStreamed("go", { signal: abort.signal });
  for await (const event of streamed.events) {
    if (event.type === "item.started") break;
  }
  const error = await streamed.completed().catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TurnInterruptedError);
  expect((error as TurnInterruptedError).turn?.items).toMatchObject([{ type: "command_execution" }]);
  expect(commandsOf(model)).toEqual([]);
  expect((await thread.run("again")).finalResponse).toBe("next");
});

test("a signal during the turn rejects with its reason as the cause", async () => {
  const model = await scriptedModel([silence()]);
  const abort = new AbortController();
  const turn = codexOn(model).startThread(model.threadOptions()).run("go", { signal: abort.signal });
  await model.waitForRequest(1);
  const reason = new Error("changed my mind");
  abort.abort(reason);
  await expect(turn).rejects.toMatchObject({ code: "interrupted", cause: reason });
});

test("a time limit interrupts the turn and keeps what it had", async () => {
  const model = await scriptedModel([
    [say("So far.", { phase: "commentary" }), runCommand("sleep 303", { yieldTimeMs: 30_000, login: false })],
  ]);
  const codex = codexOn(model, { shutdownGraceMs: 300 });
  const turn = openThread(model, codex).run("go", { timeoutMs: 6_000 });
  const error = await turn.catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TurnTimedOutError);
  expect(error).toMatchObject({
    code: "timed_out",
    limit: "timeoutMs",
    turn: { items: [{ text: "So far." }, { type: "command_execution" }] },
  });
  expect(commandsOf(model)).toEqual([]);
});

test("silence is limited by idleTimeoutMs, but a running command is no silence", async () => {
  const model = await scriptedModel([runCommand("sleep 4", { yieldTimeMs: 10_000, login: false }), silence()]);
  const codex = codexOn(model);
  // On a busy machine its start may be the longest silence of all.
  await codex.warm();
  const turn = openThread(model, codex).run("go", { idleTimeoutMs: 2_500 });
  const error = await turn.catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "timed_out", limit: "idleTimeoutMs" });
  expect(model.requests).toHaveLength(2);
});

test("a codex that is killed fails its turns, takes its commands along, and the threads go on", async () => {
  const model = await scriptedModel(({ lastUserText }) =>
    lastUserText === "hang"
      ? runCommand("sleep 304", { yieldTimeMs: 30_000, login: false })
      : say(`re: ${lastUserText}`),
  );
  const codex = codexOn(model, { shutdownGraceMs: 300 });
  const threads = [openThread(model, codex), openThread(model, codex), openThread(model, codex)];
  await Promise.all(threads.map((thread) => thread.run("before")));
  const turns = await Promise.all(threads.map((thread) => thread.runStreamed("hang")));
  await Promise.all(turns.map(untilItem));
  const ids = threads.map((thread) => thread.id);
  process.kill(appServerOf(model), "SIGKILL");
  for (const turn of turns) {
    await expect(turn.completed()).rejects.toMatchObject({
      code: "exited",
      signal: "SIGKILL",
      turn: { items: [{ type: "command_execution" }] },
    });
  }
  expect(processesOf(model).map(({ command }) => command)).toEqual([]);
  const after = await Promise.all(threads.map((thread) => thread.run("after")));
  expect(after.map((turn) => turn.finalResponse)).toEqual(["re: after", "re: after", "re: after"]);
  expect(threads.map((thread) => thread.id)).toEqual(ids);
  expect(JSON.stringify(model.requests.at(-1)?.input)).toContain("re: before");
});

test("a codex that is killed between turns is started again unnoticed", async () => {
  const model = await scriptedModel([say("one"), say("two")]);
  const thread = codexOn(model).startThread(model.threadOptions());
  await thread.run("one");
  process.kill(appServerOf(model), "SIGKILL");
  await expect.poll(() => processesOf(model).map(({ command }) => command)).toEqual([]);
  expect((await thread.run("two")).finalResponse).toBe("two");
});

test("a codex that stands still is ended when its turn is aborted", { timeout: 20_000 }, async () => {
  const model = await scriptedModel([silence(), say("recovered")]);
  const codex = codexOn(model, { shutdownGraceMs: 300 });
  const thread = codex.startThread(model.threadOptions());
  const abort = new AbortController();
  const turn = thread.run("go", { signal: abort.signal });
  await model.waitForRequest(1);
  process.kill(appServerOf(model), "SIGSTOP");
  abort.abort();
  await expect(turn).rejects.toMatchObject({ code: "interrupted" });
  expect(processesOf(model).map(({ command }) => command)).toEqual([]);
});

test("close ends running turns and codex with everything it started, and starts no more", async () => {
  const model = await scriptedModel([runCommand(stubborn, { yieldTimeMs: 30_000, login: false })]);
  const codex = new Codex({ ...model.codexOptions(), shutdownGraceMs: 300 });
  const thread = openThread(model, codex);
  const streamed = await thread.runStreamed("go");
  await untilItem(streamed);
  await Promise.all([codex.close(), codex.close()]);
  expect(processesOf(model).map(({ command }) => command)).toEqual([]);
  await expect(streamed.completed()).rejects.toMatchObject({ code: "closed" });
  await expect(thread.run("again")).rejects.toMatchObject({ code: "closed" });
  await codex.close();
});

test("two Thread objects of one conversation take turns", async () => {
  const model = await scriptedModel(({ lastUserText }) =>
    say(`re: ${lastUserText}`, { pieces: ["re: ", lastUserText ?? ""], pauseMs: 50 }),
  );
  const codex = codexOn(model);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("first");
  const same = codex.resumeThread(thread.id ?? "");
  const turns = await Promise.all([thread.run("a"), same.run("b"), thread.run("c")]);
  expect(turns.map((turn) => turn.finalResponse)).toEqual(["re: a", "re: b", "re: c"]);
  expect(model.requests).toHaveLength(4);
});

test.each([
  ["that has its answer", "await thread.run('hi');", 0],
  ["that only made a Codex", "", 0],
  ["that read the stream", "for await (const _ of (await thread.runStreamed('hi')).events);", 0],
  ["that left its loop", "for await (const _ of await thread.runStreamed('hi')) break;", 0],
])("a program %s exits by itself, without close()", async (_, body, code) => {
  const model = await scriptedModel(() => say("ok"));
  const program = `
    import { Codex } from ${JSON.stringify(path.resolve("src/index.ts"))};
    const codex = new Codex(${JSON.stringify(model.codexOptions())});
    const thread = codex.startThread(${JSON.stringify(model.threadOptions())});
    ${body}
  `;
  const host = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
    stdio: "inherit",
  });
  const exitCode = await new Promise((resolve) => host.once("exit", resolve));
  expect(exitCode).toBe(code);
  await expect.poll(() => processesOf(model), { timeout: 5_000 }).toEqual([]);
});

async function untilItem(streamed: { events: AsyncIterable<{ type: string }> }): Promise<void> {
  const events = streamed.events[Symbol.asyncIterator]();
  for (let event = await events.next(); !event.done; event = await events.next()) {
    if (event.value.type === "item.started") return;
  }
}
