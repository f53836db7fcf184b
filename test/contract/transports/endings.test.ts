// The end of turns and programs over both transports: aborts, limits, `close()` and exit.
import { describe, expect, test } from "vitest";
import type { StreamedTurn } from "../../../src/index.js";
import { runCommand, say, silence } from "../../../src/testing/index.js";
import { startHost } from "../../support/host-program.js";
import { commandLinesOf } from "../../support/model-processes.js";
import { rejection } from "../../support/rejection.js";
import { codexOn, scriptedModel } from "../../support/workspace.js";
import { openOver, transports } from "./open-over.js";

/** Commands that resist their end: one ignores SIGTERM, one has its own session, one has lost its parent too. */
const stubborn = "trap '' TERM; setsid sleep 311 & (setsid setsid sleep 312 &) ; sleep 313";

describe.each(transports)("%s", (transport) => {
  const { setUp, open } = openOver(transport);

  test("an abort before the turn starts nothing", async () => {
    const { model, codex } = await setUp([]);
    const turn = open(model, codex).run("go", { signal: AbortSignal.abort("early") });
    await expect(turn).rejects.toMatchObject({ code: "interrupted", cause: "early" });
    expect(model.requests).toEqual([]);
  });

  test(
    "an abort at any moment of the start settles the turn, and the thread continues",
    { timeout: 60_000 },
    async () => {
      const { model, codex } = await setUp(({ lastUserText }) => (lastUserText === "go" ? silence() : say("next")));
      const threads = [0, 20, 100, 200].map(async (ms) => {
        const thread = open(model, codex);
        await expect(thread.run("go", { signal: AbortSignal.timeout(ms) })).rejects.toMatchObject({
          code: "interrupted",
        });
        expect((await thread.run("again")).finalResponse).toBe("next");
      });
      await Promise.all(threads);
    },
  );

  test("an abort ends the turn and its commands, keeps the partial result, and the thread continues", async () => {
    const { model, codex } = await setUp([
      [say("So far.", { phase: "commentary" }), runCommand(stubborn, { yieldTimeMs: 30_000, login: false })],
      say("next"),
    ]);
    const thread = open(model, codex);
    const abort = new AbortController();
    const streamed = await thread.runStreamed("go", { signal: abort.signal });
    await untilCommand(streamed);
    abort.abort(new Error("changed my mind"));
    const error = await rejection(streamed.completed());
    expect(error).toMatchObject({ code: "interrupted", cause: { message: "changed my mind" } });
    expect(error.turn?.items).toMatchObject([{ text: "So far." }, { type: "command_execution" }]);
    expect(commandLinesOf(model).filter((line) => line.includes("sleep 31"))).toEqual([]);
    expect((await thread.run("again")).finalResponse).toBe("next");
  });

  test("a time limit ends the turn, and so does an idle limit, which a running command does not count towards", async () => {
    const { model, codex } = await setUp(({ lastUserText, newOutputs }) => {
      if (lastUserText === "first") return say("Started.");
      if (lastUserText === "long") return runCommand("sleep 314", { yieldTimeMs: 30_000, login: false });
      return newOutputs.length > 0 ? silence() : runCommand("sleep 3", { yieldTimeMs: 10_000, login: false });
    });
    const threads = [open(model, codex), open(model, codex)] as const;
    // On a busy machine, the start of Codex would count as idle time.
    await Promise.all(threads.map((thread) => thread.run("first")));
    const [long, silent] = await Promise.all([
      rejection(threads[0].run("long", { timeoutMs: 2_500 })),
      rejection(threads[1].run("silent", { idleTimeoutMs: 2_000 })),
    ]);
    expect(long).toMatchObject({ code: "timed_out", limit: "timeoutMs" });
    expect(silent).toMatchObject({ code: "timed_out", limit: "idleTimeoutMs" });
    expect(silent.turn?.items).toMatchObject([{ type: "command_execution", status: "completed" }]);
    expect(commandLinesOf(model).filter((line) => line.includes("sleep 314"))).toEqual([]);
  });

  test("leaving the loop interrupts the turn", async () => {
    const { model, codex } = await setUp([runCommand(stubborn, { yieldTimeMs: 30_000, login: false }), say("next")]);
    const thread = open(model, codex);
    const streamed = await thread.runStreamed("go");
    for await (const event of streamed) if (event.type === "item.started") break;
    expect(commandLinesOf(model).filter((line) => line.includes("sleep 31"))).toEqual([]);
    await expect(streamed.completed()).rejects.toMatchObject({ code: "interrupted" });
    expect((await thread.run("again")).finalResponse).toBe("next");
  });

  test("close ends turns and all processes, and nothing starts after it", async () => {
    const model = await scriptedModel(({ lastUserText }) =>
      lastUserText === "go" ? runCommand(stubborn, { yieldTimeMs: 30_000, login: false }) : say("ok"),
    );
    const codex = codexOn(model, { transport, shutdownGraceMs: 300 });
    const thread = open(model, codex);
    const streamed = await thread.runStreamed("go");
    const waiting = thread.run("a turn that waits for its place");
    waiting.catch(() => undefined);
    await untilCommand(streamed);
    await Promise.all([codex.close(), codex.close()]);
    expect(commandLinesOf(model)).toEqual([]);
    await expect(streamed.completed()).rejects.toMatchObject({ code: "closed" });
    await expect(waiting).rejects.toMatchObject({ code: "closed" });
    await expect(thread.run("again")).rejects.toMatchObject({ code: "closed" });
    await expect(codex.resumeLastThread()).rejects.toMatchObject({ code: "closed" });
    await expect(codex.warm()).rejects.toMatchObject({ code: "closed" });
  });

  test("a program exits when its turns are done, and leaves nothing behind", async () => {
    const model = await scriptedModel(() => say("ok"));
    const host = await startHost(`
      const codex = new Codex(${JSON.stringify({ ...model.codexOptions(), transport })});
      const thread = codex.startThread(${JSON.stringify(model.threadOptions())});
      const turn = await thread.run("hi");
      if (turn.finalResponse !== "ok") process.exitCode = 7;
      for await (const _ of await thread.runStreamed("hi")) break;
    `);
    expect(await host.ended).toMatchObject({ exitCode: 0, output: "" });
    await expect.poll(() => commandLinesOf(model), { timeout: 5_000 }).toEqual([]);
  });
});

async function untilCommand(streamed: StreamedTurn): Promise<void> {
  for (;;) {
    const { value, done } = await streamed.events.next();
    if (done || (value.type === "item.started" && value.item.type === "command_execution")) return;
  }
}
