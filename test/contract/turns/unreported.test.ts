// Commands and patches that Codex rejects before they become items, and blocked commands that it drops: the agent reads
// why, and the SDK adds their items from Codex's record when the turn ends. docs/events.md states this.
import path from "node:path";
import { expect, test } from "vitest";
import type { ThreadEvent, ThreadItem, ThreadOptions } from "../../../src/index.js";
import { tool, TurnFailedError } from "../../../src/index.js";
import { callTool, failResponse, patch, runCommand, say, together } from "../../../src/testing/index.js";
import type { Script, StepFunction } from "../../../src/testing/index.js";
import { codexOn, repository, warmCodex } from "../../support/workspace.js";

const transports = ["app-server", "exec"] as const;

async function startThread(script: Script, transport: "app-server" | "exec", options: ThreadOptions) {
  const { model, codex } = await warmCodex(script, { transport });
  const workingDirectory = repository();
  const thread = codex.startThread({ ...model.threadOptions(), workingDirectory, ...options });
  return { thread, codex, model, workingDirectory };
}

function completed(events: readonly ThreadEvent[]): ThreadItem[] {
  return events.flatMap((event) => (event.type === "item.completed" ? [event.item] : []));
}

test.each(transports)("rejected escalations and patches, and blocked commands, over %s", async (transport) => {
  const answers: string[] = [];
  const { thread, workingDirectory } = await startThread(
    [
      runCommand("touch escalated", { login: false, escalate: "to write", callId: "escalated" }),
      ({ newOutputs }) => {
        answers.push(newOutputs[0]!.text);
        const files = { "missing.txt": { update: { from: "not there", to: "new" } } };
        return patch(files, { callId: "unmatched" });
      },
      patch({ "new.txt": { add: "new\n" } }, { callId: "unwritable" }),
      together(
        runCommand("sleep 0.5; touch blocked", { login: false, callId: "slow" }),
        runCommand("touch blocked", { login: false, callId: "fast", workdir: "/tmp" }),
      ),
      ({ newOutputs }) => {
        answers.push(newOutputs.find(({ callId }) => callId === "fast")!.text);
        return say("done");
      },
    ],
    transport,
    { sandboxMode: "read-only" },
  );
  const streamed = await thread.runStreamed("go");
  const events: ThreadEvent[] = [];
  for await (const event of streamed) events.push(event);
  const turn = await streamed.completed();
  expect(turn.finalResponse).toBe("done");
  expect(completed(events)).toEqual(turn.items);
  expect(events.at(-1)?.type).toBe("turn.completed");

  const blocked = "touch: cannot touch 'blocked': Read-only file system\n";
  const reported = turn.items.findIndex((item) => item.type === "agent_message");
  const commands = turn.items.filter((item) => item.type === "command_execution");
  expect(commands.filter(({ aggregated_output: output }) => output === blocked)).toHaveLength(2);
  expect(answers[1]).toContain(blocked);
  const added = turn.items.slice(reported + 1).filter(({ id }) => id !== "fast");
  expect(added).toEqual([
    {
      id: "escalated",
      type: "command_execution",
      command: "touch escalated",
      aggregated_output: answers[0],
      exit_code: null,
      status: "declined",
    },
    {
      id: "unmatched",
      type: "file_change",
      changes: [{ path: path.join(workingDirectory, "missing.txt"), kind: "update" }],
      status: "failed",
    },
    {
      id: "unwritable",
      type: "file_change",
      changes: [{ path: path.join(workingDirectory, "new.txt"), kind: "add" }],
      status: "declined",
    },
  ]);
  expect(answers[0]).toMatch(/approval policy/);
});

test.each(transports)("every command and patch of a turn is one item over %s", async (transport) => {
  const write = "apply_patch <<'EOF'\n*** Begin Patch\n*** Add File: b.txt\n+x\n*** End Patch\nEOF\n";
  const { thread, codex, model } = await startThread(
    [
      together(runCommand("echo one", { login: false }), runCommand("echo two; exit 3", { login: false })),
      patch({ "a.txt": { add: "x\n" } }),
      runCommand(write, { login: false }),
      runCommand("sleep 30", { login: false, yieldTimeMs: 250 }),
      say("first"),
      runCommand("echo three", { login: false }),
      say("second"),
      runCommand("touch x", { login: false, escalate: "to write", callId: "late" }),
      say("third"),
    ],
    transport,
    { sandboxMode: "workspace-write" },
  );
  const work = (items: readonly ThreadItem[]) => items.map((item) => item.type).filter((type) => type !== "error");
  const first = await thread.run("go");
  expect(work(first.items)).toEqual([
    "command_execution",
    "command_execution",
    "file_change",
    "file_change",
    "agent_message",
  ]);
  expect(work((await thread.run("again")).items)).toEqual(["command_execution", "agent_message"]);
  await codex.close();
  const resumed = codexOn(model, { transport }).resumeThread(thread.id!, {
    ...model.threadOptions(),
    sandboxMode: "workspace-write",
  });
  const third = await resumed.run("once more");
  expect(work(third.items)).toEqual(["agent_message", "command_execution"]);
  expect(third.items.at(-1)).toMatchObject({ id: "late", status: "declined" });
});

test.each(transports)("a turn that failed has them before its last event over %s", async (transport) => {
  const { thread } = await startThread(
    [
      runCommand("touch x", { login: false, escalate: "to write", callId: "rejected" }),
      failResponse({ code: "invalid_prompt" }),
    ],
    transport,
    { sandboxMode: "read-only" },
  );
  const events: ThreadEvent[] = [];
  const turn = await thread.runStreamed("go");
  await expect(
    (async () => {
      for await (const event of turn) events.push(event);
    })(),
  ).rejects.toThrow(TurnFailedError);
  const [item, end] = events.slice(-2);
  expect(item).toMatchObject({ type: "item.completed", item: { id: "rejected", status: "declined" } });
  expect(end?.type).toBe("turn.failed");
});

test("an ephemeral thread has no record to add items from", async () => {
  const { thread } = await startThread(
    [runCommand("touch x", { login: false, escalate: "to write" }), say("done")],
    "app-server",
    { sandboxMode: "read-only", ephemeral: true },
  );
  expect((await thread.run("go")).items).toMatchObject([{ type: "agent_message" }]);
});

test("around a compaction and a review, and for a host tool with the name of a shell, nothing is added twice", async () => {
  const shell = tool({ name: "shell", description: "Runs.", input: { type: "object" }, execute: () => "ran" });
  const step: StepFunction = ({ purpose, lastUserText, newOutputs }) => {
    if (purpose === "compaction") return say("Summary.");
    if (newOutputs.length > 0 || lastUserText !== "go") return say("done");
    return together(
      runCommand("touch x", { login: false, escalate: "to write" }),
      runCommand("echo one", { login: false }),
      callTool("shell", { command: "touch x" }),
    );
  };
  const { thread } = await startThread(step, "app-server", { sandboxMode: "read-only", tools: [shell] });
  const types = (items: readonly ThreadItem[]) => items.map((item) => item.type).toSorted();
  const work = ["agent_message", "command_execution", "command_execution", "tool_call"];
  expect(types((await thread.run("go")).items)).toEqual(work);
  await thread.compact();
  expect(types((await thread.run("go")).items)).toEqual(work);
  const review = await thread.review({ type: "custom", instructions: "Look." });
  expect(types((await review.completed()).items)).toEqual(["agent_message"]);
});
