// Forks: a new thread with the history up to a turn, while the original continues.
import { expect, test } from "vitest";
import { InvalidInputError } from "../../../src/index.js";
import type { Thread, ThreadOptions } from "../../../src/index.js";
import { say, silence } from "../../../src/testing/index.js";
import type { ModelRequest } from "../../../src/testing/index.js";
import { codexOn, repository, warmCodex } from "../../support/workspace.js";

/** The user texts that the model received, which include Codex's own context. */
const prompts = (request: ModelRequest | undefined) =>
  request?.userTexts.filter((text) => /^(one|two|three|left|right)$/.test(text));

async function threeTurns(options: ThreadOptions = {}) {
  const { model, codex } = await warmCodex((request) => say(`after ${request.lastUserText}`));
  const workingDirectory = repository();
  const thread = codex.startThread(model.threadOptions({ workingDirectory, ...options }));
  const turns = [];
  for (const prompt of ["one", "two", "three"]) turns.push(await thread.run(prompt));
  return { model, codex, thread, turns, workingDirectory };
}

test("a fork has the history up to its turn, and both threads continue at the same time", async () => {
  const { model, codex, thread, turns, workingDirectory } = await threeTurns();
  const before = await thread.history();
  const fork = await thread.fork({ atTurn: turns[1]?.id ?? "" });
  expect(fork.id).not.toBe(thread.id);
  expect(await fork.history()).toEqual(before.slice(0, 2));

  const [left, right] = await Promise.all([thread.run("left"), fork.run("right")]);
  expect([left.finalResponse, right.finalResponse]).toEqual(["after left", "after right"]);
  const requestOf = (prompt: string) => model.requests.find((request) => request.lastUserText === prompt);
  expect(prompts(requestOf("left"))).toEqual(["one", "two", "three", "left"]);
  expect(prompts(requestOf("right"))).toEqual(["one", "two", "right"]);

  expect((await thread.history()).map((turn) => turn.finalResponse)).toEqual([
    "after one",
    "after two",
    "after three",
    "after left",
  ]);
  const forked = await codex.readThread(fork.id ?? "");
  expect(forked.forkedFromId).toBe(thread.id);
  expect(forked.turns.map((turn) => turn.finalResponse)).toEqual(["after one", "after two", "after right"]);
  // The tokens of the first two turns are in the original's file.
  expect(forked.turns.map((turn) => turn.usage?.input_tokens)).toEqual([10, 10, 10]);
  expect((await codex.listThreads({ workingDirectory }).toArray()).length).toBe(2);
});

test("a fork of a fork, in another process, still has the whole history", async () => {
  const { model, codex, thread, turns } = await threeTurns();
  const fork = await thread.fork({ atTurn: turns[0]?.id ?? "" });
  await fork.run("left");
  await codex.close();
  const later = codexOn(model);
  const second = await later.resumeThread(fork.id ?? "").fork();
  await second.run("right");
  const { turns: recorded } = await later.readThread(second.id ?? "");
  expect(recorded.map((turn) => turn.finalResponse)).toEqual(["after one", "after left", "after right"]);
  expect(recorded.map((turn) => turn.usage?.output_tokens)).toEqual([5, 5, 5]);
  expect(prompts(model.requests.at(-1))).toEqual(["one", "left", "right"]);
});

test("a fork without a turn waits for the turns before it", async () => {
  const { thread } = await threeTurns();
  const running = thread.run("left");
  const fork = await thread.fork();
  expect((await running).finalResponse).toBe("after left");
  expect((await fork.history()).map((turn) => turn.status)).toEqual(Array.from({ length: 4 }, () => "completed"));
});

test("a fork keeps the thread's settings, except those that are passed", async () => {
  const { codex, thread } = await threeTurns({
    model: "gpt-5.5",
    modelReasoningEffort: "high",
    sandboxMode: "workspace-write",
    approvalPolicy: "untrusted",
  });
  // Another object without options takes all settings from the record, except permissions.
  const bare = codex.resumeThread(thread.id ?? "");
  const settings = async (fork: Thread) => {
    await fork.run("go on");
    const { model, reasoningEffort, sandbox, approvalPolicy } = await codex.request("thread/resume", {
      threadId: fork.id ?? "",
      excludeTurns: true,
    });
    return { model, reasoningEffort, sandbox: sandbox.type, approvalPolicy };
  };
  const kept = { model: "gpt-5.5", reasoningEffort: "high", sandbox: "workspaceWrite", approvalPolicy: "untrusted" };
  expect(await settings(await thread.fork())).toEqual(kept);
  expect(await settings(await bare.fork())).toEqual({ ...kept, sandbox: "readOnly" });
  const changed = await bare.fork({ sandboxMode: "read-only", approvalPolicy: "never", modelReasoningEffort: "low" });
  expect(await settings(changed)).toEqual({
    model: "gpt-5.5",
    reasoningEffort: "low",
    sandbox: "readOnly",
    approvalPolicy: "never",
  });
});

test("an ephemeral fork changes neither its source nor the disk", async () => {
  const { codex, thread, workingDirectory } = await threeTurns();
  const aside = await thread.fork({ ephemeral: true });
  expect((await aside.run("right")).finalResponse).toBe("after right");
  const listed = await codex.listThreads({ workingDirectory, rescan: true }).toArray();
  expect(listed.map(({ id }) => id)).toEqual([thread.id]);
  await expect(aside.fork()).rejects.toMatchObject({ code: "unsupported" });
});

test("a running turn cannot be forked at; the previous turn can", async () => {
  const { model, codex } = await warmCodex((request) =>
    request.lastUserText === "slow" ? silence({ text: "Half" }) : say(`after ${request.lastUserText}`),
  );
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  const first = await thread.run("one");
  const running = await thread.runStreamed("slow");
  for await (const event of running) {
    if (event.type !== "item.updated") continue;
    const slow = (await thread.history()).at(-1);
    expect(slow?.status).toBe("in_progress");
    await expect(thread.fork({ atTurn: slow?.id ?? "" })).rejects.toMatchObject({ code: "thread_busy" });
    const fork = await thread.fork({ atTurn: first.id ?? "" });
    expect((await fork.run("right")).finalResponse).toBe("after right");
    break;
  }
  expect((await thread.history()).map((turn) => turn.status)).toEqual(["completed", "interrupted"]);
});

test("what cannot be forked is rejected", async () => {
  const { codex, thread } = await threeTurns();
  await expect(thread.fork({ atTurn: "no such turn" })).rejects.toThrow(/does not have this turn/);
  await expect(thread.fork({ atTurn: "01a20222-4e63-7122-a53d-6a8230e28aaa" })).rejects.toMatchObject({
    code: "invalid_input",
  });
  await expect(thread.fork({ atTurn: "" })).rejects.toThrow(InvalidInputError);
  await expect(thread.fork({ sandbox: "none" } as ThreadOptions)).rejects.toThrow(/no option "sandbox"/);
  await expect(thread.fork(null as unknown as ThreadOptions)).rejects.toThrow(InvalidInputError);
  await expect(codex.startThread().fork()).rejects.toMatchObject({ code: "invalid_input" });
  const unknown = codex.resumeThread("01a20222-4e63-7122-a53d-6a8230e28aaa");
  await expect(unknown.fork()).rejects.toMatchObject({ code: "thread_not_found" });
});
