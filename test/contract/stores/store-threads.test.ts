// Every kind of thread continues from the store alone, and changes of whole threads apply on all machines.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { ThreadOptions } from "../../../src/index.js";
import { callTool, say } from "../../../src/testing/index.js";
import { machine, sharedDirectory } from "../../support/stores/stored-threads.js";
import type { Machine } from "../../support/stores/stored-threads.js";
import { scriptedModel, temporaryDirectory } from "../../support/workspace.js";

const answers = () => say("Answered.");

test("forks of forks, reverted threads and threads with images continue on a machine that has never seen them", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const one = machine(model, open());
  const options: ThreadOptions = model.threadOptions({ workingDirectory: temporaryDirectory() });
  const thread = one.codex.startThread(options);
  const first = await thread.run("one");
  const image = path.join(temporaryDirectory(), "dot.png");
  writeFileSync(image, Buffer.from(dot, "base64"));
  await thread.run([
    { type: "text", text: "two" },
    { type: "local_image", path: image },
  ]);
  const fork = await thread.fork({ atTurn: first.id ?? "" });
  await fork.run("fork");
  const forkOfFork = await fork.fork();
  await forkOfFork.run("fork of fork");
  const reverted = one.codex.startThread(options);
  await reverted.run("one");
  const cut = await reverted.run("two");
  await one.codex.request("thread/revert", { threadId: reverted.id ?? "", beforeTurnId: cut.id ?? "" });
  await reverted.run("after the revert");
  await one.codex.close();

  const other = machine(model, open());
  const userTexts = async (id: string | null) => {
    await other.codex.resumeThread(id ?? "", options).run("elsewhere");
    const texts = model.requests.at(-1)?.userTexts.filter((text) => !/^<(?!image)/.test(text));
    return texts?.map((text) => (text.startsWith("<image") ? "an image, and two" : text));
  };
  expect(await userTexts(forkOfFork.id)).toEqual(["one", "fork", "fork of fork", "elsewhere"]);
  expect(await userTexts(fork.id)).toEqual(["one", "fork", "elsewhere"]);
  expect(await userTexts(thread.id)).toEqual(["one", "an image, and two", "elsewhere"]);
  expect(await userTexts(reverted.id)).toEqual(["one", "after the revert", "elsewhere"]);
  expect((await other.codex.readThread(forkOfFork.id ?? "")).turns).toHaveLength(4);
});

test("a machine that knows an older revision of a thread continues with the newest", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const [one, other] = [machine(model, open()), machine(model, open())];
  const options = model.threadOptions({ workingDirectory: temporaryDirectory() });
  const thread = one.codex.startThread(options);
  await thread.run("one");
  const id = thread.id ?? "";
  await one.codex.close();
  const there = other.codex.resumeThread(id, options);
  const second = await there.run("two");
  await other.codex.close();

  const again = machine(model, open(), { codexHome: one.codexHome });
  const resumed = again.codex.resumeThread(id, options);
  await resumed.run("three");
  await again.codex.request("thread/revert", { threadId: id, beforeTurnId: second.id ?? "" });
  await resumed.run("instead of two");
  await again.codex.close();

  const last = machine(model, open(), { codexHome: other.codexHome });
  await last.codex.resumeThread(id, options).run("four");
  const texts = model.requests.at(-1)?.userTexts.filter((text) => !text.startsWith("<"));
  expect(texts).toEqual(["one", "instead of two", "four"]);
});

test("a goal follows its thread to other machines, and never starts turns there on its own", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const options = model.threadOptions({ workingDirectory: temporaryDirectory() });
  const one = machine(model, open());
  const thread = one.codex.startThread(options);
  await thread.run("one");
  const threadId = thread.id ?? "";
  const goal = async ({ codex }: Machine) => (await codex.request("thread/goal/get", { threadId })).goal;
  const stored = async () => (await open().head(threadId))?.manifest?.goal ?? null;
  const next = async ({ codexHome }: Pick<Machine, "codexHome">) => {
    const before = model.requests.length;
    const taken = machine(model, open(), { codexHome });
    await taken.codex.resumeThread(threadId, options).run("next");
    expect(model.requests.length - before).toBe(1);
    return taken;
  };
  const tests = { objective: "Fix the tests", status: "paused", tokenBudget: 5_000 } as const;
  await one.codex.request("thread/goal/set", { threadId, ...tests });
  await expect.poll(stored).toEqual(tests);
  await one.codex.close();

  const other = await next({ codexHome: temporaryDirectory("codex-sdk-home-", "/var/tmp") });
  expect(await goal(other)).toMatchObject(tests);
  await other.codex.request("thread/goal/set", { threadId, status: "complete" });
  await expect.poll(stored).toMatchObject({ status: "complete" });
  await other.codex.close();

  const again = await next(one);
  expect(await goal(again)).toMatchObject({ ...tests, status: "complete" });
  const sent = model.requests.length;
  await again.codex.request("thread/goal/set", { threadId, ...tests, status: "active" });
  // Codex works towards an active goal without a prompt.
  await model.waitForRequest(sent + 1);
  await expect.poll(stored).toMatchObject({ status: "active" });
  await again.codex.close();

  const third = await next(other);
  expect(await goal(third)).toMatchObject({ ...tests, status: "paused" });
  await third.codex.close();
  // It is still active in the files of the first machine.
  const last = await next(one);
  expect(await goal(last)).toMatchObject({ ...tests, status: "paused" });
  await last.codex.request("thread/goal/clear", { threadId });
  await expect.poll(stored).toBe(null);
  await last.codex.close();
  expect(await goal(await next(other))).toBe(null);
});

test("a thread is renamed while its turn begins", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const { codex } = machine(model, open());
  const thread = codex.startThread(model.threadOptions());
  await thread.run("one");
  for (const [name, prompt] of [
    ["first", "two"],
    ["second", "three"],
  ]) {
    await thread.release();
    await Promise.all([thread.rename(name ?? ""), thread.run(prompt ?? "")]);
  }
  await thread.run("four");
  const texts = model.requests.at(-1)?.userTexts.filter((text) => !text.startsWith("<"));
  expect(texts).toEqual(["one", "two", "three", "four"]);
  expect((await open().head(thread.id ?? ""))?.manifest?.name).toBe("second");
});

test("a compacted thread, and a thread with sub-agents, continue with their full state", async () => {
  const agents = { namespace: "multi_agent_v1" };
  const model = await scriptedModel((request) => {
    const isChild = request.userTexts.some((text) => text.includes("You are the helper."));
    if (isChild || request.lastUserText !== "get help") return say("Answered.");
    const [spawned, waited] = request.functionOutputs;
    if (!spawned) return callTool("spawn_agent", { message: "You are the helper." }, agents);
    const child = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(spawned.text)?.[0] ?? "";
    return waited ? say("Helped.") : callTool("wait_agent", { targets: [child], timeout_ms: 30_000 }, agents);
  });
  const { open } = sharedDirectory();
  const one = machine(model, open());
  const options = model.threadOptions({ workingDirectory: temporaryDirectory() });
  const thread = one.codex.startThread(options);
  await thread.run("get help");
  await thread.compact();
  const id = thread.id ?? "";
  await one.codex.close();
  const head = await open().head(id);
  expect(Object.keys(head?.files ?? {})).toHaveLength(2);
  expect(Object.values(head?.manifest?.subagents ?? {})).toHaveLength(1);

  const other = machine(model, open());
  expect((await other.codex.resumeThread(id, options).run("go on")).finalResponse).toBe("Answered.");
  expect((await other.codex.readThread(id)).turns.length).toBeGreaterThanOrEqual(2);
});

test("names, archives, searches and lists are the same on every machine", async () => {
  const model = await scriptedModel((request) => say(`The word is ${request.lastUserText}.`));
  const { open } = sharedDirectory();
  const [one, other] = [machine(model, open()), machine(model, open())];
  const workingDirectory = temporaryDirectory();
  const options = model.threadOptions({ workingDirectory });
  const [apples, pears] = [one.codex.startThread(options), one.codex.startThread(options)];
  await apples.run("apples");
  await pears.run("pears");
  await apples.rename("Fruit");
  const [applesId, pearsId] = [apples.id ?? "", pears.id ?? ""];
  const listed = await other.codex.listThreads({ workingDirectory }).toArray();
  expect(listed.map(({ id, name, preview }) => ({ id, name, preview }))).toEqual(
    expect.arrayContaining([
      { id: applesId, name: "Fruit", preview: "apples" },
      { id: pearsId, name: null, preview: "pears" },
    ]),
  );
  const [found] = await other.codex.listThreads({ search: "WORD IS pears" }).toArray();
  expect(found).toMatchObject({ id: pearsId, snippet: "The word is pears." });
  // A new name is not a use: the order does not change while pages are read.
  const pages = await other.codex.listThreads({ pageSize: 1 }).toArray();
  expect(pages.map(({ id }) => id)).toEqual([pearsId, applesId]);

  // A thread of another machine can be renamed and archived once that machine has released it.
  await expect(other.codex.resumeThread(applesId).rename("Taken")).rejects.toMatchObject({ code: "thread_busy" });
  await one.codex.close();
  await other.codex.resumeThread(applesId).archive();
  await expect(other.codex.resumeThread(applesId).run("no")).rejects.toMatchObject({ code: "thread_archived" });
  expect((await other.codex.listThreads({ archived: true }).toArray()).map(({ id }) => id)).toEqual([applesId]);
  await other.codex.resumeThread(applesId).unarchive();
  await other.codex.resumeThread(applesId, options).run("more");
  const record = await other.codex.readThread(applesId);
  expect(record).toMatchObject({ name: "Fruit", archived: false });
  expect(record.turns).toHaveLength(2);
  // Codex itself has the name too.
  const { thread } = await other.codex.request("thread/read", { threadId: applesId });
  expect(thread.name).toBe("Fruit");
});

test("a deleted thread is deleted everywhere; a thread with forks is in use", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const [one, other] = [machine(model, open()), machine(model, open())];
  const options = model.threadOptions({ workingDirectory: temporaryDirectory() });
  const thread = one.codex.startThread(options);
  await thread.run("one");
  const fork = await thread.fork();
  await fork.run("two");
  const [id, forkId] = [thread.id ?? "", fork.id ?? ""];
  await expect(thread.delete()).rejects.toMatchObject({ code: "thread_in_use" });
  await thread.run("still here");
  await fork.delete();
  await thread.delete();
  for (const { codex } of [one, other]) {
    await expect(codex.resumeThread(id, options).run("no")).rejects.toMatchObject({ code: "thread_not_found" });
    await expect(codex.readThread(forkId)).rejects.toMatchObject({ code: "thread_not_found" });
    expect(await codex.listThreads().toArray()).toEqual([]);
  }
  expect((await open().head(id))?.isDeleted).toBe(true);
});

/** A picture of one pixel. */
const dot = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
