// Threads that are resumed by their name.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Codex } from "../../../src/index.js";
import { say } from "../../../src/testing/index.js";
import { repository, temporaryDirectory, warmCodex } from "../../support/workspace.js";

const script = (request: { lastUserText: string }) => say(`after ${request.lastUserText}`);

async function named(name: string) {
  const { model, codex } = await warmCodex(script);
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  const { threadId } = await thread.run(`first of ${name}`);
  await thread.rename(name);
  return { model, codex, threadId };
}

test("a name identifies its thread, in a turn and in calls about the thread", async () => {
  const { codex, threadId, model } = await named("Release notes");
  const thread = codex.resumeThread("Release notes");
  expect(thread.id).toBeNull();
  const [one, two] = await Promise.all([thread.run("one"), thread.run("two")]);
  expect([one, two]).toMatchObject([
    { threadId, finalResponse: "after one" },
    { threadId, finalResponse: "after two" },
  ]);
  expect(thread.id).toBe(threadId);
  expect(model.requests.map((request) => request.lastUserText).slice(1)).toEqual(["one", "two"]);

  expect((await codex.resumeThread("Release notes").history()).length).toBe(3);
  await codex.resumeThread("Release notes").rename("Old notes");
  expect((await codex.readThread(threadId)).name).toBe("Old notes");
});

test("only the exact name matches, and the error for an unknown name says what to do", async () => {
  const { codex } = await named("Deploy to staging");
  for (const name of ["Deploy", "deploy to staging", "first of Deploy to staging", "01a20222", "../../../etc/passwd"]) {
    const unknown = codex.resumeThread(name);
    await expect(unknown.run("hi")).rejects.toMatchObject({
      code: "thread_not_found",
      message: `No thread is named ${JSON.stringify(name)}. Pass the thread's ID, or find it with \`codex.listThreads()\`.`,
    });
    expect(unknown.id).toBeNull();
  }
});

test("an ambiguous name is rejected with the candidates; renaming one of them makes it unique", async () => {
  const first = await named("Same");
  const second = await named("Same");
  const { codex } = first;
  const thread = codex.resumeThread("Same");
  await expect(thread.runStreamed("hi")).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringMatching(
      new RegExp(`^2 threads are named "Same"\\. Pass the ID .*:(?=[^]*${first.threadId})(?=[^]*${second.threadId})`),
    ),
  });
  await codex.resumeThread(second.threadId).rename("Another");
  expect((await thread.run("hi")).threadId).toBe(first.threadId);
});

test("an archived thread is found if no other thread has the name, and is rejected as archived", async () => {
  const { codex, threadId } = await named("Put away");
  await codex.resumeThread(threadId).archive();
  const thread = codex.resumeThread("Put away");
  await expect(thread.run("hi")).rejects.toMatchObject({ code: "thread_archived" });
  await thread.unarchive();
  expect((await thread.run("hi")).threadId).toBe(threadId);
});

test("names work over exec too", async () => {
  const { threadId, codex: appServer } = await named("For exec");
  await appServer.close();
  const { model, codex } = await warmCodex(script, { transport: "exec" });
  const turn = await codex.resumeThread("For exec", model.threadOptions()).run("hi");
  expect(turn).toMatchObject({ threadId, finalResponse: "after hi" });
});

test("the limits of a turn cover the search for its thread", async () => {
  const { directory, codexPathOverride } = hungCodex();
  const codex = new Codex({ codexPathOverride, codexHome: directory, apiKey: "sk-fake", shutdownGraceMs: 0 });
  onTestFinished(() => codex.close());
  const thread = codex.resumeThread("Somewhere");
  await expect(thread.run("hi", { timeoutMs: 50 })).rejects.toMatchObject({
    code: "timed_out",
    limitMs: 50,
    turn: { items: [], threadId: null },
  });
  const controller = new AbortController();
  const streamed = thread.runStreamed("hi", { signal: controller.signal });
  const review = thread.review({ type: "uncommitted_changes" }, { signal: controller.signal });
  setImmediate(() => controller.abort("enough"));
  for (const turn of [streamed, review]) {
    await expect(turn).rejects.toMatchObject({ name: "AbortError", code: "interrupted", cause: "enough" });
  }
  const closed = thread.run("hi").catch((error: unknown) => error);
  await codex.close();
  expect(await closed).toMatchObject({ code: "closed" });
});

test("invalid options of a turn are rejected before its thread is searched", async () => {
  const codex = new Codex({ codexPathOverride: "/nonexistent/codex" });
  const thread = codex.resumeThread("Somewhere");
  const invalid = { timeoutMs: -1 };
  const calls = [
    thread.run("hi", invalid),
    thread.runStreamed("hi", invalid),
    thread.review({ type: "uncommitted_changes" }, invalid),
    thread.compact(invalid),
    thread.compact(null as never),
  ];
  for (const call of calls) await expect(call).rejects.toMatchObject({ code: "invalid_input" });
});

/** A program that identifies itself as Codex and then does not respond. */
function hungCodex() {
  const directory = temporaryDirectory("codex-hung-", "/var/tmp");
  const codexPathOverride = path.join(directory, "codex");
  const script = '#!/bin/sh\n[ "$1" = --version ] && echo codex-cli 0.169.0 && exit\nexec sleep 600\n';
  writeFileSync(codexPathOverride, script, { mode: 0o755 });
  return { directory, codexPathOverride };
}
