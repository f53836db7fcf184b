// An idle thread is unloaded from Codex after a while. Its next use is not affected.
import { onTestFinished, expect, test } from "vitest";
import { failResponse, runCommand, say, until } from "../../../src/testing/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { CodexError } from "../../../src/index.js";
import type { ThreadOptions } from "../../../src/index.js";
import { Instruments } from "../../../src/instruments/instruments.js";
import { Thread } from "../../../src/thread/thread.js";
import { AppServerTransport } from "../../../src/app-server/app-server-transport.js";
import { TurnQueue } from "../../../src/transport/turn-queue.js";
import { deferred } from "../../../src/internal/deferred.js";
import { repository, scriptedModel } from "../../support/workspace.js";

const threadIdleMs = 100;

function transportOn(model: ScriptedModel): AppServerTransport {
  const options = model.codexOptions({ config: { thread_unload_delay_secs: 0, features: { shell_snapshot: false } } });
  const context = { shutdownGraceMs: 2_000, secrets: [], threadIdleMs };
  const transport = new AppServerTransport(options, context);
  onTestFinished(() => transport.close());
  return transport;
}

function threadOn(transport: AppServerTransport, options: ThreadOptions = {}, id: string | null = null): Thread {
  const own = { model: "gpt-5.5", workingDirectory: repository(), skipGitRepoCheck: true, ...options };
  const instruments = new Instruments({}, async () => false);
  return new Thread(transport, transport.openThread(id, own), own, { queue: new TurnQueue(), instruments });
}

/** Settles when Codex has unloaded the thread. */
function unloaded({ server }: AppServerTransport, thread: Thread): Promise<void> {
  const { promise, resolve } = deferred<void>();
  server.observers.add(({ method, params }) => {
    if (method === "thread/closed" && params.threadId === thread.id) resolve();
  });
  return promise;
}

async function loadedIds({ server }: AppServerTransport): Promise<string[]> {
  const connection = await server.connect();
  return (await connection.request("thread/loaded/list", {})).data;
}

test("an idle thread is unloaded, and its next turn continues the conversation", async () => {
  const model = await scriptedModel((request) => say(`after ${request.lastUserText}`));
  const transport = transportOn(model);
  const thread = threadOn(transport);
  await thread.run("one");
  await unloaded(transport, thread);
  expect(await loadedIds(transport)).toEqual([]);

  const { finalResponse } = await thread.run("two");
  expect(finalResponse).toBe("after two");
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain("after one");
});

test("a thread whose last turn failed is unloaded too", async () => {
  const failure = failResponse({ code: "context_length_exceeded" });
  const model = await scriptedModel(({ lastUserText }) => (lastUserText === "fail" ? failure : say("done")));
  const transport = transportOn(model);
  const thread = threadOn(transport);
  await expect(thread.run("fail")).rejects.toBeInstanceOf(CodexError);
  await unloaded(transport, thread);
  expect(await loadedIds(transport)).toEqual([]);
  expect((await thread.run("again")).finalResponse).toBe("done");
});

test("another Thread object of the same conversation is not affected either", async () => {
  const model = await scriptedModel((request) => say(`after ${request.lastUserText}`));
  const transport = transportOn(model);
  const thread = threadOn(transport);
  await thread.run("one");
  const other = threadOn(transport, {}, thread.id);
  await other.run("two");
  await unloaded(transport, thread);

  expect((await thread.run("three")).finalResponse).toBe("after three");
  expect((await other.run("four")).finalResponse).toBe("after four");
  expect(JSON.stringify(model.requests.at(-1)?.body)).toContain("after three");
});

test("a thread is kept loaded while it has a turn, is not saved, or its command still runs", async () => {
  const over = deferred<void>();
  const model = await scriptedModel((request) => {
    const said = request.lastUserText;
    if (said === "wait") return [until(over.promise), say("waited")];
    if (said === "serve" && request.functionOutputs.length === 0) return runCommand("sleep 60", { yieldTimeMs: 250 });
    return say("done");
  });
  const transport = transportOn(model);
  const busy = threadOn(transport);
  await busy.run("hello");
  const waiting = busy.run("wait");
  const unsaved = threadOn(transport, { ephemeral: true });
  await unsaved.run("hello");
  const serving = threadOn(transport);
  await serving.run("serve");
  const idle = threadOn(transport);
  await idle.run("hello");
  await unloaded(transport, idle);

  const kept = [busy, unsaved, serving].map(({ id }) => id);
  expect(new Set(await loadedIds(transport))).toEqual(new Set(kept));
  over.resolve();
  expect((await waiting).finalResponse).toBe("waited");
  expect((await unsaved.run("again")).finalResponse).toBe("done");
});
