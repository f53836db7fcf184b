// Reviews and compactions: turns without a prompt.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { ReviewTarget, ThreadEvent } from "../../../src/index.js";
import { fail, perThread, reason, runCommand, say, silence } from "../../../src/testing/index.js";
import { readEvents } from "../../support/read-events.js";
import { codexOn, repository, scriptedModel, warmCodex } from "../../support/workspace.js";

const findings = JSON.stringify({
  findings: [
    {
      title: "Off by one",
      body: "The loop misses the last entry.",
      confidence_score: 0.9,
      priority: 1,
      code_location: { absolute_file_path: "/repo/a.ts", line_range: { start: 3, end: 4 } },
    },
  ],
  overall_correctness: "patch is incorrect",
  overall_explanation: "One bug.",
  overall_confidence_score: 0.8,
});

/** A repository with a commit on `main`, and one more on `work`, which is checked out. */
function repositoryWithBranch(): { directory: string; sha: string } {
  const directory = repository();
  const git = (...args: string[]) =>
    execFileSync("git", ["-c", "user.name=t", "-c", "user.email=t@t.invalid", ...args], { cwd: directory }).toString();
  git("checkout", "-q", "-b", "main");
  writeFileSync(path.join(directory, "a.ts"), "export {};\n");
  git("add", ".");
  git("commit", "-q", "-m", "First");
  git("checkout", "-q", "-b", "work");
  writeFileSync(path.join(directory, "b.ts"), "export {};\n");
  git("add", ".");
  git("commit", "-q", "-m", "Second");
  return { directory, sha: git("rev-parse", "HEAD").trim() };
}

test("a review is a streamed turn, and its history has the same items", async () => {
  const { model, codex } = await warmCodex([
    say("hello"),
    runCommand("git diff", { login: false }),
    say(findings),
    say("fixed"),
  ]);
  const { directory } = repositoryWithBranch();
  const thread = codex.startThread(model.threadOptions({ workingDirectory: directory }));
  await thread.run("hi");
  const review = await thread.review({ type: "uncommitted_changes" });
  const after = thread.run("fix it");
  const events: ThreadEvent[] = [];
  for await (const event of review) events.push(event);
  const turn = await review.completed();
  expect(events.map((event) => event.type)).toEqual([
    "thread.started",
    "turn.started",
    "item.started",
    "item.completed",
    "item.updated",
    "item.completed",
    "turn.completed",
  ]);
  expect(turn.items.map((item) => item.type)).toEqual(["command_execution", "agent_message"]);
  expect(turn.finalResponse).toMatch(/One bug\.[^]*Off by one — \/repo\/a\.ts:3-4/);
  expect(turn.usage).toMatchObject({ input_tokens: 20, output_tokens: 10 });
  // The review was queued first, so the later prompt ran after it.
  expect((await after).finalResponse).toBe("fixed");

  const history = await thread.history();
  expect(history.map((recorded) => recorded.id)).toEqual([expect.any(String), turn.id, (await after).id]);
  expect(history[1]).toMatchObject({ status: "completed", items: turn.items, finalResponse: turn.finalResponse });
  expect(history[1]?.input).toMatchObject([{ type: "text", text: expect.stringContaining("code changes") }]);
  expect((await codex.listThreads().toArray()).length).toBe(1);
});

test("a review receives the description of its target", async () => {
  const { model, codex } = await warmCodex((request) => say(request.purpose === "turn" ? "ok" : findings));
  const { directory, sha } = repositoryWithBranch();
  const targets: [ReviewTarget, RegExp][] = [
    [{ type: "base_branch", branch: "main" }, /main/],
    [{ type: "commit", sha, title: "Second" }, new RegExp(`${sha}.*Second`)],
    [{ type: "commit", sha }, new RegExp(sha)],
    [{ type: "custom", instructions: "Look at b.ts only." }, /Look at b\.ts only\./],
  ];
  for (const [target, words] of targets) {
    const thread = codex.startThread(model.threadOptions({ workingDirectory: directory }));
    const review = await thread.review(target);
    await review.completed();
    expect(model.requests.at(-1)?.lastUserText).toMatch(words);
  }
});

test("a review can be interrupted by a call, by its signal and by its limit, and its thread continues", async () => {
  const { model, codex } = await warmCodex((request) => (request.lastUserText === "hi" ? say("hello") : silence()));
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  const target = { type: "custom", instructions: "Look." } as const;

  const byHand = await thread.review(target);
  const started = performance.now();
  for await (const event of byHand) if (event.type === "turn.started") break;
  // The Codex process is ended when it does not end the turn within 2 s.
  expect(performance.now() - started).toBeLessThan(2_000);
  await expect(byHand.completed()).rejects.toMatchObject({ code: "interrupted" });

  const signalled = new AbortController();
  const asked = model.requests.length;
  const bySignal = await thread.review(target, { signal: signalled.signal });
  await model.waitForRequest(asked + 1);
  signalled.abort();
  await expect(bySignal.completed()).rejects.toMatchObject({ code: "interrupted" });

  const byLimit = await thread.review(target, { timeoutMs: 1_000 });
  await expect(byLimit.completed()).rejects.toMatchObject({ code: "timed_out" });
  expect((await thread.run("hi")).finalResponse).toBe("hello");
});

test.each([
  ["fails", fail(400, { message: "No reviews today." }), "bad_request"],
  ["returns only reasoning", reason("Hm."), "turn_failed"],
])("a review whose model %s is not a success", async (_, step, code) => {
  const { model, codex } = await warmCodex([step]);
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  const review = await thread.review({ type: "custom", instructions: "Look." });
  const { events } = await readEvents(review);
  expect(events.at(-1)).toMatchObject({ type: "turn.failed" });
  await expect(review.completed()).rejects.toMatchObject({ code });
});

test("a compaction is awaited and queued among the turns, and the thread continues with the summary", async () => {
  const { model, codex } = await warmCodex((request) =>
    request.purpose === "compaction" ? say("What was said so far.") : say(`after ${request.lastUserText}`),
  );
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  const [, , after] = await Promise.all([thread.run("one"), thread.compact(), thread.run("two")]);
  expect(after.finalResponse).toBe("after two");
  expect(model.requests.map((request) => request.purpose)).toEqual(["turn", "compaction", "turn"]);
  expect(JSON.stringify(model.requests.at(-1)?.input)).toContain("What was said so far.");
  const history = await thread.history();
  expect(history.map((turn) => turn.items.map((item) => item.type))).toEqual([
    ["agent_message"],
    ["context_compaction"],
    ["agent_message"],
  ]);
});

test("a compaction that fails reports it, and a compaction can be ended", async () => {
  const { model, codex } = await warmCodex(
    perThread([say("one"), fail(400, { message: "Too much." }), silence(), say("two")]),
  );
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("one");
  await expect(thread.compact()).rejects.toThrow(/Too much\./);
  await expect(thread.compact({ timeoutMs: 700 })).rejects.toMatchObject({ code: "timed_out" });
  expect((await thread.run("two")).finalResponse).toBe("two");
});

test.each<[string, unknown]>([
  ["no target", undefined],
  ["an unknown type", { type: "everything" }],
  ["a branch without a name", { type: "base_branch" }],
  ["an empty commit", { type: "commit", sha: " " }],
  ["a title that is not a string", { type: "commit", sha: "abc", title: 1 }],
  ["no instructions", { type: "custom", instructions: "" }],
])("a review with %s is rejected before Codex is started", async (_, target) => {
  const model = await scriptedModel([]);
  const thread = codexOn(model, { codexPathOverride: "/nonexistent/codex" }).startThread();
  await expect(thread.review(target as ReviewTarget)).rejects.toMatchObject({ code: "invalid_input" });
});
