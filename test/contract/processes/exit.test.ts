// The effect of a turn on the host program, and of every kind of host exit on Codex.
import { expect, test } from "vitest";
import { runCommand, say, silence } from "../../../src/testing/index.js";
import type { ScriptedModel, Step } from "../../../src/testing/index.js";
import { startHost } from "../../support/host-program.js";
import type { HostProgram } from "../../support/host-program.js";
import { commandLinesOf } from "../../support/model-processes.js";
import { standInOptions } from "../../support/stand-in.js";
import type { StandInPlan } from "../../support/stand-in.js";
import { scriptedModel, temporaryDirectory } from "../../support/workspace.js";

/** Commands that resist their end: one ignores SIGTERM, one has its own session, one has lost its parent too. */
const stubborn = "trap '' TERM; setsid sleep 331 & (setsid setsid sleep 332 &) ; sleep 333";

function openedOn(model: ScriptedModel, options: object = {}): string {
  const threadOptions = { ...model.threadOptions(), sandboxMode: "danger-full-access" };
  return `
    const codex = new Codex(${JSON.stringify({ ...model.codexOptions(), shutdownGraceMs: 300, ...options })});
    const thread = codex.startThread(${JSON.stringify(threadOptions)});
  `;
}

/** `onSignal` is what the program does on SIGUSR2. */
async function inMidTurn(model: ScriptedModel, onSignal = ""): Promise<HostProgram> {
  const host = await startHost(`
    process.once("SIGUSR2", () => { ${onSignal} });
    ${openedOn(model)}
    const streamed = await thread.runStreamed("go");
    for await (const event of streamed.events) {
      if (event.type === "item.started") console.log("busy");
    }
  `);
  await host.printed("busy");
  for (const seconds of [331, 332, 333]) {
    await expect.poll(() => commandLinesOf(model)).toContainEqual(`sleep ${seconds} `);
  }
  return host;
}

test.each<[string, (host: HostProgram) => void]>([
  ["SIGKILL", (host) => host.process.kill("SIGKILL")],
  ["SIGTERM", (host) => host.process.kill("SIGTERM")],
  ["SIGINT", (host) => host.process.kill("SIGINT")],
])("%s ends the program in the middle of a turn: Codex and its commands end too", async (signal, end) => {
  const model = await scriptedModel([runCommand(stubborn, { yieldTimeMs: 30_000, login: false })]);
  const host = await inMidTurn(model);
  end(host);
  expect(await host.ended).toMatchObject({ exitCode: null, signal });
  await expect.poll(() => commandLinesOf(model), { timeout: 10_000 }).toEqual([]);
});

test.each([
  ["process.exit()", "process.exit(7);", 7],
  ["an uncaught error", "throw new Error('mine');", 1],
])("%s in the middle of a turn: Codex and its commands end too", async (_, onSignal, exitCode) => {
  const model = await scriptedModel([runCommand(stubborn, { yieldTimeMs: 30_000, login: false })]);
  const host = await inMidTurn(model, onSignal);
  host.process.kill("SIGUSR2");
  expect((await host.ended).exitCode).toBe(exitCode);
  await expect.poll(() => commandLinesOf(model), { timeout: 10_000 }).toEqual([]);
});

test("turns with every kind of end leave no listener, handle or uncaught error in the program", async () => {
  const model = await scriptedModel(({ lastUserText }): Step => (lastUserText === "hang" ? silence() : say("ok")));
  const host = await startHost(`
    import { getEventListeners } from "node:events";
    import { readFileSync, readdirSync } from "node:fs";
    const counts = () => Object.fromEntries(process.eventNames().map((name) => [String(name), process.listenerCount(name)]));
    const descriptors = () => readdirSync("/proc/self/fd").length;
    const before = { counts: counts(), descriptors: descriptors() };
    const shared = new AbortController();
    const { signal } = shared;
    const codes = [];
    async function told(work) {
      await work.then(() => codes.push("ok"), (error) => codes.push(CodexError.isInstance(error) ? error.code : String(error)));
    }
    for (let round = 0; round < 2; round++) {
      ${openedOn(model)}
      await told(thread.run("hi", { signal }));
      const abort = new AbortController();
      const aborted = await hanging(thread, { signal: abort.signal });
      abort.abort();
      await told(aborted.completed());
      await told(thread.run("hang", { timeoutMs: 200, signal }));
      for await (const event of await thread.runStreamed("hi", { signal })) break;
      const dropped = await thread.runStreamed("hi", { signal });
      await told(dropped.completed());
      const lost = await hanging(thread, { signal });
      process.kill(codexPid(), "SIGKILL");
      await told(lost.completed());
      await told(thread.run("hi", { signal }));
      const closed = await hanging(thread, { signal });
      await codex.close();
      await told(closed.completed());
      await told(thread.run("hi", { signal }));
    }
    async function hanging(thread, options) {
      const turn = await thread.runStreamed("hang", options);
      for (let next = await turn.events.next(); !next.done; next = await turn.events.next()) {
        if (next.value.type === "turn.started") break;
      }
      return turn;
    }
    function codexPid() {
      const children = readFileSync("/proc/self/task/" + process.pid + "/children", "utf8").trim().split(" ");
      return Number(children.find((pid) => readFileSync("/proc/" + pid + "/cmdline", "utf8").includes("app-server")));
    }
    await new Promise((resolve) => setTimeout(resolve, 300));
    const after = { counts: counts(), descriptors: descriptors() };
    console.log("RESULT " + JSON.stringify({ before, after, codes, onSignal: getEventListeners(signal, "abort").length }));
  `);
  const { exitCode, output } = await host.ended;
  expect(output).not.toMatch(/UNCAUGHT|WARNING/);
  expect(exitCode).toBe(0);
  const result = resultIn(output);
  const round = ["ok", "interrupted", "timed_out", "ok", "exited", "ok", "closed", "closed"];
  expect(result["codes"]).toEqual([...round, ...round]);
  expect(result["onSignal"]).toBe(0);
  const { before, after } = result as Record<"before" | "after", { counts: object; descriptors: number }>;
  expect(after.counts).toEqual(before.counts);
  expect(after.descriptors).toBeLessThanOrEqual(before.descriptors + 1);
  expect(commandLinesOf(model)).toEqual([]);
});

test.each<[string, StandInPlan, string]>([
  ["exits before it has read a prompt of 1 MiB, the maximum length,", { start: [{ exit: 1 }] }, "exited"],
  [
    "exits while a prompt of 1 MiB, the maximum length, is written",
    { "thread/start": ["usual", { exit: 1 }], "thread/resume": ["usual", { exit: 1 }] },
    "exited",
  ],
  [
    "sends malformed messages",
    { "turn/start": ["answer", { line: { method: "turn/completed", params: { threadId: "$thread", turn: null } } }] },
    "protocol",
  ],
  ["closes its output", { "turn/start": ["closeStdout"] }, "incomplete"],
])("a Codex that %s never crashes the program", async (_, plan, code) => {
  const directory = temporaryDirectory();
  const host = await startHost(`
    const codex = new Codex(${JSON.stringify(standInOptions(plan, directory))});
    const thread = codex.startThread({ skipGitRepoCheck: true });
    const input = "x".repeat(1024 * 1024);
    const error = await thread.run(input).catch((reason) => reason);
    console.log("RESULT " + JSON.stringify({ code: error.code }));
    const streamed = await thread.runStreamed(input);
    const broken = await (async () => { for await (const event of streamed) void event; })().catch((reason) => reason);
    console.log(broken.code);
  `);
  const { exitCode, output } = await host.ended;
  expect(output).not.toMatch(/UNCAUGHT|WARNING/);
  expect(exitCode).toBe(0);
  expect(resultIn(output)).toEqual({ code });
  expect(output.trim().split("\n").at(-1)).toBe(code);
});

test("a program that leaves an unresponsive Codex behind exits immediately", async () => {
  const host = await startHost(`
    const codex = new Codex(${JSON.stringify(standInOptions({ initialize: [] }, temporaryDirectory()))});
    const thread = codex.startThread({ skipGitRepoCheck: true });
    const started = performance.now();
    await thread.run("hi", { timeoutMs: 300 }).catch((error) => console.log(error.code));
    process.once("exit", () => console.log("RESULT " + JSON.stringify({ ms: Math.round(performance.now() - started) })));
  `);
  const { exitCode, output } = await host.ended;
  expect(exitCode).toBe(0);
  expect(output).toContain("timed_out");
  // The limit of the handshake itself is one minute.
  expect(resultIn(output)["ms"]).toBeLessThan(20_000);
});

function resultIn(output: string): Record<string, unknown> {
  const line = output.split("\n").find((text) => text.startsWith("RESULT "));
  if (line === undefined) throw new Error(`The program printed no result:\n${output}`);
  return JSON.parse(line.slice("RESULT ".length)) as Record<string, unknown>;
}
