// Tools and handlers that request a turn which would have to wait for them: they receive an error, and their turn
// continues.
import { expect, test } from "vitest";
import { tool } from "../../../src/index.js";
import type { Thread } from "../../../src/index.js";
import { callTool, say, until } from "../../../src/testing/index.js";
import { deferred } from "../../../src/internal/deferred.js";
import { askingThread, escalate } from "../../support/requests.js";
import { codexOn, scriptedModel } from "../../support/workspace.js";

const busy = expect.objectContaining({ code: "thread_busy" });

test("a handler that runs, reviews, compacts or forks its own thread gets ThreadBusyError", async () => {
  const errors: unknown[] = [];
  const setup: { thread?: Thread } = {};
  const { thread } = await askingThread(() => [escalate("true"), say("done"), say("later")], {
    onApproval: async () => {
      const own = setup.thread!;
      const starts = [
        () => own.run("x"),
        () => own.runStreamed("x"),
        () => own.review({ type: "uncommitted_changes" }),
        () => own.compact(),
        () => own.fork(),
      ];
      for (const start of starts) await start().catch((error: unknown) => errors.push(error));
      return "decline" as const;
    },
  });
  setup.thread = thread;
  expect((await thread.run("go")).finalResponse).toBe("done");
  expect(errors).toEqual([busy, busy, busy, busy, busy]);
  expect((await thread.run("again")).finalResponse).toBe("later");
});

test("two threads whose tools run each other do not deadlock, also across two Codex objects", async () => {
  const errors: unknown[] = [];
  const bothRun = [deferred<void>(), deferred<void>()] as const;
  const threads: Thread[] = [];
  const model = await scriptedModel(({ lastUserText, functionOutputs }) =>
    lastUserText === "start" && functionOutputs.length === 0 ? callTool("other") : say("done"),
  );
  const toolOf = (own: 0 | 1) =>
    tool({
      name: "other",
      description: "Runs a turn of the other thread.",
      execute: async () => {
        bothRun[own].resolve();
        await Promise.all(bothRun.map(({ promise }) => promise));
        await threads[1 - own]!.run("hello").catch((error: unknown) => errors.push(error));
      },
    });
  for (const own of [0, 1] as const)
    threads.push(codexOn(model).startThread(model.threadOptions({ tools: [toolOf(own)] })));
  const turns = await Promise.all(threads.map((thread) => thread.run("start")));
  expect(turns.map(({ finalResponse }) => finalResponse)).toEqual(["done", "done"]);
  // The first waits for the second, which receives an error because it cannot wait for the first.
  expect(errors).toEqual([busy]);
});

test("a longer cycle is detected when it closes, and a thread that is only busy is awaited", async () => {
  const errors: unknown[] = [];
  const released = deferred<void>();
  const model = await scriptedModel(({ lastUserText, functionOutputs }) => {
    if (lastUserText === "wait") return [until(released.promise), say("waited")];
    return lastUserText === "start" && functionOutputs.length === 0 ? callTool("next") : say("done");
  });
  const codex = codexOn(model);
  const threads: Thread[] = [];
  const toolOf = (own: number) =>
    tool({
      name: "next",
      description: "Runs a turn of the next thread.",
      execute: async () => {
        if (own === 2) {
          const waiting = threads[3]!.run("hello");
          released.resolve();
          await waiting;
        }
        await threads[(own + 1) % 3]!.run("start").catch((error: unknown) => errors.push(error));
      },
    });
  for (const own of [0, 1, 2, 3]) threads.push(codex.startThread(model.threadOptions({ tools: [toolOf(own)] })));
  const busyThread = threads[3]!.run("wait");
  expect((await threads[0]!.run("start")).finalResponse).toBe("done");
  expect((await busyThread).finalResponse).toBe("waited");
  expect(errors).toEqual([busy]);
});
