// The events of a thread from its store: other processes see each event of a turn once, also across a takeover.
import path from "node:path";
import { expect, test } from "vitest";
import { CodexError, runTurnOnce, tool } from "../../../src/index.js";
import type {
  OnceOutcome,
  RecordedEvent,
  Thread,
  ThreadEvent,
  ThreadEventsOptions,
  ThreadItem,
  WorkerLossPolicy,
} from "../../../src/index.js";
import { fileStore } from "../../../src/store/index.js";
import {
  callMcpTool,
  callTool,
  failResponse,
  patch,
  plan,
  reason,
  runCommand,
  say,
  searchWeb,
  viewImage,
} from "../../../src/testing/index.js";
import { startWorker } from "../../support/durable/durable-turns.js";
import { machine, sharedDirectory } from "../../support/stores/stored-threads.js";
import { root, scriptedModel, temporaryDirectory } from "../../support/workspace.js";
import { mcpServerFile } from "../../support/host-program.js";

async function all(thread: Thread, options: ThreadEventsOptions): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of thread.events(options)) events.push(event);
  return events;
}

const typesOf = (events: RecordedEvent[]) => events.map(({ event }) => event.type);

test("a reader elsewhere receives the same items and ends as the process of the turns", async () => {
  const scripts = {
    command: () => runCommand(`printf 'a b\\n'; exit 3`, { login: false }),
    patch: () => patch({ "a.txt": { add: "one\ntwo\n" } }),
    tool: () => callTool("lookup", { key: "x" }),
    plan: () => plan(["one", { step: "two", status: "completed" }]),
    mcp: () => callMcpTool("notes", "echo", { text: "hello" }),
    image: () => viewImage(path.join(root, "docs/inspector.png")),
    agent: () => callTool("spawn_agent", { message: "You are the helper." }, { namespace: "multi_agent_v1" }),
    web: () => [searchWeb("cats"), say("Found.")],
    reason: () => [reason("Thinking."), say("Thought.")],
    fail: () => failResponse({ code: "invalid_prompt", message: "No." }),
  };
  const model = await scriptedModel((request) => {
    const name = request.userTexts.at(-1) as keyof typeof scripts;
    if (!(name in scripts)) return say("Helped.");
    return request.newOutputs.length > 0 ? say("Done.") : scripts[name]();
  });
  const { open } = sharedDirectory();
  const lookup = tool({
    name: "lookup",
    description: "Looks something up.",
    input: { type: "object", properties: { key: { type: "string" } } },
    execute: () => "42",
  });
  const options = {
    sandboxMode: "danger-full-access",
    planTool: true,
    webSearchMode: "live",
    tools: [lookup],
    mcpServers: { notes: { command: process.execPath, args: [await mcpServerFile("stdio-server")] } },
  } as const;
  const workingDirectory = temporaryDirectory();
  const thread = machine(model, open()).codex.startThread({ ...model.threadOptions({ workingDirectory }), ...options });
  const live: ThreadEvent[] = [];
  for (const name of Object.keys(scripts)) {
    const turn = await thread.runStreamed(name);
    await turn.completed().catch(() => undefined);
    // The events of a failed turn end with its error.
    const read = async () => {
      for await (const event of turn.events) live.push(event);
    };
    await read().catch(() => undefined);
  }
  const reader = machine(model, open()).codex.resumeThread(thread.id ?? "");
  const recorded = await all(reader, { follow: false });

  const seen = new Set(["turn.started", "turn.completed", "turn.failed", "item.completed"]);
  const isPlan = (event: { item?: ThreadItem }) => event.item?.type === "todo_list";
  const expected = live.filter((event) => seen.has(event.type) && !isPlan(event as { item?: ThreadItem }));
  expect(recorded.map(({ event }) => event).filter((event) => event.type !== "item.updated")).toEqual(expected);
  expect(recorded.find(({ event }) => event.type === "item.updated")?.event).toMatchObject({
    item: {
      type: "todo_list",
      items: [
        { text: "one", completed: false },
        { text: "two", completed: true },
      ],
    },
  });

  // The rest follows from each cursor, without duplicates or gaps.
  for (const [index, { cursor }] of recorded.entries()) {
    expect(await all(reader, { after: cursor, follow: false })).toEqual(recorded.slice(index + 1));
  }
  for (const after of ["x", "W10", "", Buffer.from('["../../etc/passwd",0,0,null,null,null]').toString("base64url")]) {
    await expect(all(reader, { after, follow: false })).rejects.toMatchObject({ code: "invalid_input" });
  }
  const abort = new AbortController();
  const endless = all(reader, { after: recorded.at(-1)?.cursor, signal: abort.signal, pollMs: 10_000 });
  abort.abort(new Error("Enough."));
  await expect(endless).rejects.toThrow("Enough.");
});

/** A turn whose worker was killed while its command ran, and a reader that follows it: with a store, without Codex. */
async function lostTurn() {
  const model = await scriptedModel((request) => {
    const [, counter] = /^work (\S+)$/.exec(request.userTexts.at(-1) ?? "") ?? [];
    if (counter === undefined || request.newOutputs.length > 0) return say("Done.");
    return [say("I begin."), runCommand(`echo run >> ${counter}; sleep 30`, { login: false, yieldTimeMs: 30_000 })];
  });
  const leaseMs = 2_000;
  const { directory, open } = sharedDirectory({ leaseMs });
  const workingDirectory = temporaryDirectory();
  const counter = path.join(workingDirectory, "counter");
  const input = `work ${counter}`;
  const { codex } = machine(model, open());
  const options = { ...model.threadOptions({ workingDirectory }), sandboxMode: "danger-full-access" } as const;
  const created = codex.startThread(options);
  const threadId = await created.create("A thread that is followed");
  await created.release();
  const reader = machine(model, fileStore(directory)).codex.resumeThread(threadId);
  const followed = all(reader, { turnKey: "k", pollMs: 20 });
  const codexHome = temporaryDirectory("codex-sdk-home-", "/var/tmp");
  const worker = {
    model,
    codexHome,
    directory,
    leaseMs,
    threadId,
    turnKey: "k",
    input,
    threadOptions: options,
    counter,
  };
  await (
    await startWorker({ ...worker, moment: "command running" })
  ).ended;
  const thread = codex.resumeThread(threadId, options);
  const takeOver = async (onWorkerLoss: WorkerLossPolicy): Promise<OnceOutcome> => {
    for (;;) {
      try {
        return await runTurnOnce(thread, { turnKey: "k", input, onWorkerLoss });
      } catch (error) {
        if (!CodexError.isInstance(error) || !error.isRetryable) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  return { thread, reader, followed, takeOver };
}

test("a turn is followed while it runs, across the loss of its worker, until it ends", async () => {
  const { reader, followed, takeOver } = await lostTurn();
  const outcome = await takeOver("continue");
  expect(outcome).toMatchObject({ status: "completed", continuations: 1 });
  const events = await followed;
  expect(typesOf(events)).toEqual([
    "turn.started",
    "item.completed",
    "turn.restarted",
    "item.completed",
    "turn.completed",
  ]);
  expect(events[2]?.event).toMatchObject({ lost_turn_id: events[0]?.turnId });
  expect(events.at(-1)?.turnId).toBe(outcome.turnId);
  expect(await all(reader, { after: outcome.eventsAfter, follow: false })).toEqual(events);
  expect(await all(reader, { turnKey: "k", after: events[2]?.cursor })).toEqual(events.slice(3));
});

test("a turn that was lost and does not continue also ends for its readers", async () => {
  const { thread, reader, followed, takeOver } = await lostTurn();
  const { eventsAfter } = await takeOver("fail");
  const events = await followed;
  expect(typesOf(events)).toEqual(["turn.started", "item.completed", "turn.failed"]);
  expect(events.at(-1)?.event).toMatchObject({ error: { code: "exited" } });
  expect(await all(reader, { turnKey: "k", after: events.at(-1)?.cursor })).toEqual([]);

  // The next prompt in the file shows that the previous turn had no end.
  await thread.run("next");
  const later = await all(reader, { after: eventsAfter, follow: false });
  expect(typesOf(later)).toEqual([
    "turn.started",
    "item.completed",
    "turn.failed",
    "turn.started",
    "item.completed",
    "turn.completed",
  ]);
  expect(new Set(later.map(({ cursor }) => cursor)).size).toBe(later.length);
  for (const [index, { cursor }] of later.entries()) {
    expect(await all(reader, { after: cursor, follow: false })).toEqual(later.slice(index + 1));
  }
});
