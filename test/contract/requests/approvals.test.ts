// Requests that Codex sends before it acts, the effect of each answer, and what the agent reads.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { deferred } from "../../../src/internal/deferred.js";
import { approvals, TurnInterruptedError } from "../../../src/index.js";
import type { ApprovalAnswer, ApprovalHandler, ApprovalRequest } from "../../../src/index.js";
import { callTool, patch, runCommand, say, together, writeStdin } from "../../../src/testing/index.js";
import type { ModelRequest } from "../../../src/testing/index.js";
import { askingThread, errorMessages, escalate } from "../../support/requests.js";
import type { Asked } from "../../support/requests.js";
import { codexOn } from "../../support/workspace.js";

/** Records the requests, and answers in order; the last answer is repeated. */
function answering(...answers: readonly ApprovalAnswer[]) {
  const asked: Asked[] = [];
  const onApproval: ApprovalHandler = (request, context) => {
    asked.push({ request, context });
    return answers[Math.min(asked.length, answers.length) - 1];
  };
  return { asked, onApproval };
}

test("the approval request for a command has the command, directory and reason, and an approved command runs outside the sandbox", async () => {
  const { asked, onApproval } = answering("approve");
  const { thread, inside, outside, isThere } = await askingThread(
    ({ outside }) => [escalate(`touch ${outside}/made`, "May I make it?", { prefixRule: ["touch"] }), say("Made.")],
    { onApproval },
  );
  const turn = await thread.run("Make it.");
  expect(asked).toHaveLength(1);
  const command = `/bin/bash -c 'touch ${outside}/made'`;
  const { request, context } = asked[0]!;
  expect(request).toEqual({
    type: "command",
    command,
    actions: [{ type: "unknown", command: `touch ${outside}/made` }],
    cwd: inside,
    permissions: null,
    always: expect.arrayContaining(["touch"]),
    reason: "May I make it?",
    answers: ["approve", "approve_for_session", "approve_always", "decline", "abort"],
  });
  expect(context).toMatchObject({ threadId: thread.id, turnId: turn.id, isSubagent: false });
  expect(context.item).toMatchObject({ id: context.itemId, type: "command_execution", command, status: "in_progress" });
  expect(isThere("made")).toBe(true);
  expect(turn.items).toMatchObject([
    { type: "command_execution", status: "completed", exit_code: 0 },
    { text: "Made." },
  ]);
});

test("a declined command does not run; the agent receives the decision and the reason", async () => {
  const { onApproval } = answering({ decision: "decline", reason: "Not on Fridays." });
  const { thread, model, outputs, isThere } = await askingThread(
    ({ outside }) => [escalate(`touch ${outside}/made`), say("A pity.")],
    { onApproval },
  );
  const turn = await thread.run("Make it.");
  expect(turn.items).toMatchObject([{ type: "command_execution", status: "declined", exit_code: null }, {}]);
  expect(isThere("made")).toBe(false);
  expect(outputs(2)).toEqual([expect.stringContaining("rejected by user")]);
  expect(model.requests[1]?.lastUserText).toBe("The approval request (command) was declined: Not on Fridays.");
});

test("approval for the session also applies to the same command later", async () => {
  const { asked, onApproval } = answering("approve_for_session", "decline");
  const { thread, outside, isThere } = await askingThread(
    ({ outside }) => [
      escalate(`touch ${outside}/made`),
      say("Once."),
      escalate(`touch ${outside}/made`),
      escalate(`touch ${outside}/other`),
      say("Twice."),
    ],
    { onApproval },
  );
  await thread.run("Make it.");
  await thread.run("Make it again, and another one.");
  expect(asked.map(({ request }) => request)).toMatchObject([
    { command: `/bin/bash -c 'touch ${outside}/made'` },
    { command: `/bin/bash -c 'touch ${outside}/other'` },
  ]);
  expect(isThere("other")).toBe(false);
});

test("a prefix that is always allowed is not requested again, also in other programs", async () => {
  const { asked, onApproval } = answering("approve_always", "decline");
  const { thread, model, codex, inside } = await askingThread(
    () => [
      escalate("printf one", "May I?", { prefixRule: ["printf"] }),
      say("One."),
      escalate("printf two", "May I?", { prefixRule: ["printf"] }),
      say("Two."),
    ],
    { onApproval },
  );
  await thread.run("Print one.");
  await codex.close();
  const other = codexOn(model).startThread(
    model.threadOptions({ workingDirectory: inside, sandboxMode: "workspace-write" as const, onApproval }),
  );
  const turn = await other.run("Print two.");
  expect(turn.items[0]).toMatchObject({ type: "command_execution", aggregated_output: "two", status: "completed" });
  expect(asked.map(({ request }) => request)).toMatchObject([{ type: "command", always: ["printf"] }]);
});

test("an abort ends the turn with its partial result, and the thread accepts the next turn", async () => {
  const { onApproval } = answering("abort");
  const { thread, isThere } = await askingThread(
    ({ outside }) => [[say("I begin.", { phase: "commentary" }), escalate(`touch ${outside}/made`)], say("Hello.")],
    { onApproval },
  );
  const error: unknown = await thread.run("Make it.").catch((error: unknown) => error);
  expect(error).toBeInstanceOf(TurnInterruptedError);
  expect(error).toMatchObject({ turn: { items: [{ text: "I begin." }, { type: "command_execution" }] } });
  expect(isThere("made")).toBe(false);
  expect((await thread.run("Still there?")).finalResponse).toBe("Hello.");
});

test("the approval request for a file change has its diff", async () => {
  const { asked, onApproval } = answering("approve", { decision: "decline" });
  const { thread, inside, outside, isThere, outputs } = await askingThread(
    ({ outside }) => [
      patch({ [`${outside}/a.txt`]: { add: "hello\n" } }),
      patch({ [`${outside}/b.txt`]: { add: "bye\n" } }),
      say("Done."),
    ],
    { onApproval },
  );
  const turn = await thread.run("Write them.");
  expect(asked[0]?.request).toEqual({
    type: "file_change",
    changes: [{ path: `${outside}/a.txt`, kind: "add", diff: expect.stringContaining("+++ b/") }],
    cwd: inside,
    grantRoot: null,
    reason: null,
    answers: ["approve", "approve_for_session", "decline", "abort"],
  });
  expect(asked[0]?.request).toMatchObject({ changes: [{ diff: expect.stringContaining("\n+hello\n") }] });
  expect(asked[0]?.context.item).toMatchObject({ type: "file_change", status: "in_progress" });
  expect(readFileSync(path.join(outside, "a.txt"), "utf8")).toBe("hello\n");
  expect(isThere("b.txt")).toBe(false);
  expect(outputs(3)).toEqual([expect.stringContaining("rejected by user")]);
  expect(turn.items).toMatchObject([{ status: "completed" }, { status: "declined" }, { type: "agent_message" }]);
});

const permissionsTool = {
  features: { request_permissions_tool: true, exec_permission_approvals: true },
  suppress_unstable_features_warning: true,
};

test("additional permissions are requested, and last for the turn", async () => {
  const { asked, onApproval } = answering("approve", "decline", "approve");
  const ask = (outside: string) =>
    callTool("request_permissions", { reason: "To write.", permissions: { file_system: { write: [outside] } } });
  const { thread, inside, outside, isThere } = await askingThread(
    ({ outside }) => [
      ask(outside),
      runCommand(`touch ${outside}/made`, { login: false }),
      say("Made."),
      ask(outside),
      runCommand(`touch ${outside}/other`, { login: false }),
      say("Not made."),
    ],
    { onApproval, config: permissionsTool },
  );
  await thread.run("Make it.");
  expect(asked[0]?.request).toMatchObject({
    type: "permissions",
    cwd: inside,
    permissions: { network: false, read: [], write: [outside] },
    reason: "To write.",
    answers: ["approve", "approve_for_session", "decline", "abort"],
  });
  expect(isThere("made")).toBe(true);
  await thread.run("And the other?");
  expect(isThere("other")).toBe(false);
});

test("a request for a wider sandbox lists the additional permissions", async () => {
  const { asked, onApproval } = answering("approve");
  const { thread, outside, isThere } = await askingThread(
    ({ outside }) => [
      callTool("exec_command", {
        cmd: `touch ${outside}/made`,
        login: false,
        sandbox_permissions: "with_additional_permissions",
        justification: "To write.",
        additional_permissions: { file_system: { write: [outside] } },
      }),
      say("Made."),
    ],
    { onApproval, config: permissionsTool },
  );
  await thread.run("Make it.");
  expect(asked[0]?.request).toMatchObject({
    type: "command",
    permissions: { network: false, write: [outside] },
    answers: ["approve", "decline", "abort"],
  });
  expect(isThere("made")).toBe(true);
});

test("input for a command outside the sandbox has its own request", async () => {
  const { asked, onApproval } = answering("approve", "approve", "decline", "approve");
  const sessionOf = ({ functionOutputs }: ModelRequest) =>
    Number(/session ID (\d+)/.exec(functionOutputs[0]?.text ?? "")?.[1]);
  const { thread, outputs } = await askingThread(
    () => [
      escalate('read -r line; echo "got $line"; read -r line', "May I?", { tty: true, yieldTimeMs: 250 }),
      (request) => writeStdin(sessionOf(request), "it's me\n", { yieldTimeMs: 250 }),
      (request) => writeStdin(sessionOf(request), "rm -rf /\n", { yieldTimeMs: 250 }),
      say("Done."),
    ],
    { onApproval },
  );
  const turn = await thread.run("Talk to it.");
  expect(asked.map(({ request }) => request)).toMatchObject([
    { type: "command" },
    { type: "stdin", command: expect.stringContaining("write_stdin"), answers: ["approve", "decline", "abort"] },
    { type: "stdin", input: "rm -rf /\n" },
  ]);
  expect(outputs(3)[0]).toContain("got it's me");
  expect(outputs(4)[0]).not.toContain("rm -rf /");
  expect(errorMessages(turn.items)).toEqual([]);
});

test("several simultaneous requests are answered individually", async () => {
  const waiting = new Map<string, (answer: ApprovalAnswer) => void>();
  const bothAsked = deferred<void>();
  const onApproval = (request: ApprovalRequest) =>
    new Promise<ApprovalAnswer>((resolve) => {
      if (request.type === "command") waiting.set(request.command, resolve);
      if (waiting.size === 2) bothAsked.resolve();
    });
  const { thread, outside, isThere } = await askingThread(
    ({ outside }) => [together(escalate(`touch ${outside}/a`), escalate(`touch ${outside}/b`)), say("Done.")],
    { onApproval },
  );
  const running = thread.run("Make both.");
  await bothAsked.promise;
  waiting.get(`/bin/bash -c 'touch ${outside}/b'`)?.("approve");
  waiting.get(`/bin/bash -c 'touch ${outside}/a'`)?.("decline");
  const turn = await running;
  expect(isThere("a")).toBe(false);
  expect(isThere("b")).toBe(true);
  const statuses = turn.items.flatMap((item) => (item.type === "command_execution" ? [item.status] : []));
  expect(statuses.toSorted()).toEqual(["completed", "declined"]);
});

test.each([undefined, "on-request" as const])(
  "without a handler, commands outside the sandbox are not approved (policy %s)",
  async (approvalPolicy) => {
    const { thread, isThere } = await askingThread(
      ({ outside }) => [
        escalate(`touch ${outside}/a`),
        patch({ [`${outside}/b`]: { add: "b\n" } }),
        runCommand(`touch ${outside}/c`, { login: false }),
        say("I could not."),
      ],
      { approvalPolicy },
    );
    const turn = await thread.run("Make them.");
    expect(turn.finalResponse).toBe("I could not.");
    expect(["a", "b", "c"].filter(isThere)).toEqual([]);
  },
);

test("a resumed thread with a handler sends requests, regardless of its saved settings", async () => {
  const { asked, onApproval } = answering("approve");
  const { thread, codex, model, isThere } = await askingThread(({ outside }) => [
    escalate(`touch ${outside}/early`),
    say("No."),
    escalate(`touch ${outside}/late`),
    say("Yes."),
  ]);
  await thread.run("Make it.");
  await codex.close();
  const again = codexOn(model).resumeThread(thread.id!, { skipGitRepoCheck: true, onApproval });
  await again.run("And now?");
  expect(asked).toHaveLength(1);
  expect([isThere("early"), isThere("late")]).toEqual([false, true]);
});

test("a policy approves a command only in the form that it names", async () => {
  const onApproval = approvals.firstOf(
    approvals.deny({ commands: ["rm *"], reason: "Nothing is removed here." }),
    approvals.allow({ commands: ["cat *", "npm test", "git status"] }),
  );
  const { thread, model, outputs, isThere } = await askingThread(
    ({ outside, inside }) => {
      mkdirSync(path.join(inside, "planted"));
      execFileSync("git", ["init", "-q"], { cwd: inside });
      execFileSync("git", ["config", "core.fsmonitor", `touch ${outside}/monitor; false`], { cwd: inside });
      return [
        escalate("cat marker"),
        escalate("cat $(touch x)"),
        escalate("cat marker; rm -rf x"),
        escalate("cat marker > x"),
        escalate("npm test", "May I?", { workdir: `${inside}/planted` }),
        escalate("git status"),
        say("Done."),
      ];
    },
    { onApproval },
  );
  const { items } = await thread.run("Try.");
  const statuses = items.flatMap((item) => (item.type === "command_execution" ? [item.status] : []));
  expect(statuses.filter((status) => status !== "failed")).toEqual([
    "declined",
    "declined",
    "declined",
    "declined",
    "declined",
  ]);
  expect(isThere("monitor")).toBe(false);
  expect(outputs(2)[0]).toContain("No such file");
  expect(model.requests.at(-1)?.userTexts).toContain(
    "The approval request (command) was declined: Nothing is removed here.",
  );
});
