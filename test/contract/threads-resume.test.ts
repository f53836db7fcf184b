// What a resumed thread is told anew, and what it keeps.
import { realpathSync } from "node:fs";
import { expect, test } from "vitest";
import type { Codex, Thread, ThreadOptions } from "../../src/index.js";
import { compaction, say } from "../../src/testing/index.js";
import type { ScriptedModel } from "../../src/testing/index.js";
import { codexOn, repository, scriptedModel, temporaryDirectory, warmCodex } from "../support/workspace.js";

const begun = {
  model: "gpt-5.5",
  modelReasoningEffort: "high",
  sandboxMode: "workspace-write",
  approvalPolicy: "untrusted",
} as const satisfies ThreadOptions;

async function begin(): Promise<{ model: ScriptedModel; thread: Thread; codex: Codex; cwd: string }> {
  // codex summarises a conversation when its model changes.
  const { model, codex } = await warmCodex((request) =>
    request.purpose === "compaction" ? compaction() : say(`after ${request.lastUserText}`),
  );
  const cwd = repository();
  const thread = codex.startThread({ ...begun, workingDirectory: cwd, skipGitRepoCheck: true });
  await thread.run("one");
  return { model, thread, codex, cwd };
}

/** The settings that the thread's last request to the model was made under. */
async function settings(codex: Codex, model: ScriptedModel, id: string | null) {
  const { cwd, sandbox, approvalPolicy } = await codex.request("thread/resume", {
    threadId: id ?? "",
    excludeTurns: true,
  });
  const request = model.requests.at(-1);
  const body = request?.body as { reasoning?: { effort?: string } } | undefined;
  return { model: request?.model, effort: body?.reasoning?.effort, cwd, sandbox: sandbox.type, approvalPolicy };
}

const kept = { model: "gpt-5.5", effort: "high", sandbox: "workspaceWrite", approvalPolicy: "untrusted" };

const changes: [string, ThreadOptions, Partial<typeof kept>][] = [
  ["nothing", {}, {}],
  ["a model", { model: "gpt-6-sol" }, { model: "gpt-6-sol" }],
  ["an effort", { modelReasoningEffort: "low" }, { effort: "low" }],
  ["a sandbox", { sandboxMode: "read-only" }, { sandbox: "readOnly" }],
  ["an approval policy", { approvalPolicy: "never" }, { approvalPolicy: "never" }],
  [
    "all of them",
    {
      model: "gpt-6-sol",
      modelReasoningEffort: "low",
      sandboxMode: "danger-full-access",
      approvalPolicy: "on-request",
    },
    { model: "gpt-6-sol", effort: "low", sandbox: "dangerFullAccess", approvalPolicy: "on-request" },
  ],
];

test.each(changes)("in a new process, a thread that is resumed with %s keeps the rest", async (_, options, changed) => {
  const { model, thread, codex, cwd } = await begin();
  await codex.close();
  const later = codexOn(model);
  const resumed = later.resumeThread(thread.id ?? "", options);
  expect((await resumed.run("two")).finalResponse).toBe("after two");
  expect(await settings(later, model, resumed.id)).toEqual({ ...kept, cwd, ...changed });
});

test.each(changes)(
  "in the same process, a thread that is resumed with %s keeps the rest",
  async (_, options, changed) => {
    const { model, thread, codex, cwd } = await begin();
    const resumed = codex.resumeThread(thread.id ?? "", options);
    expect((await resumed.run("two")).finalResponse).toBe("after two");
    expect(await settings(codex, model, resumed.id)).toEqual({ ...kept, cwd, ...changed });
  },
);

test("a thread that is resumed elsewhere works there from then on", async () => {
  const { model, thread, codex } = await begin();
  const elsewhere = realpathSync(repository());
  const resumed = codex.resumeThread(thread.id ?? "", { workingDirectory: elsewhere });
  await resumed.run("two");
  expect(await settings(codex, model, resumed.id)).toMatchObject({ cwd: elsewhere, sandbox: "workspaceWrite" });
  expect(JSON.stringify(model.requests.at(-1)?.input)).toContain(elsewhere);
  expect((await codex.resumeLastThread({ workingDirectory: elsewhere })).id).toBe(thread.id);
});

test("a turn's own model and effort stay with the thread, in a new process too", async () => {
  const { model, thread, codex } = await begin();
  await thread.run("two", { model: "gpt-6-sol", modelReasoningEffort: "low" });
  await thread.run("three");
  expect(await settings(codex, model, thread.id)).toMatchObject({ model: "gpt-6-sol", effort: "low" });
  await codex.close();
  const later = codexOn(model);
  const resumed = later.resumeThread(thread.id ?? "");
  await resumed.run("four");
  expect(await settings(later, model, resumed.id)).toMatchObject({ model: "gpt-6-sol", effort: "low" });
});

test("after a crash a thread goes on with its turn's model, not with the one it was started with", async () => {
  const { model, thread, codex } = await begin();
  await thread.run("two", { model: "gpt-6-sol", modelReasoningEffort: "low" });
  const { id } = (await codex.request("server/diagnostics", {})).process;
  process.kill(id, "SIGKILL");
  await expect.poll(() => codex.request("server/diagnostics", {}).then((now) => now.process.id)).not.toBe(id);
  await thread.run("three");
  expect(await settings(codex, model, thread.id)).toMatchObject({ model: "gpt-6-sol", effort: "low" });
});

// Left alone, codex takes the usual sandbox of the directory instead, or loses it with the first other setting.
test.each<[string, ThreadOptions, object]>([
  ["read-only in a repository", { sandboxMode: "read-only" }, { type: "readOnly", networkAccess: false }],
  [
    "workspace-write with network and another directory",
    { sandboxMode: "workspace-write", networkAccessEnabled: true, additionalDirectories: ["/var/tmp"] },
    { type: "workspaceWrite", networkAccess: true, writableRoots: ["/var/tmp"] },
  ],
  ["no sandbox", { sandboxMode: "danger-full-access" }, { type: "dangerFullAccess" }],
])("a sandbox is kept: %s", async (_, options, sandbox) => {
  const model = await scriptedModel((request) => say(`after ${request.lastUserText}`));
  const first = codexOn(model);
  const directory = options.sandboxMode === "read-only" ? repository() : temporaryDirectory();
  const thread = first.startThread(model.threadOptions({ workingDirectory: directory, ...options }));
  await thread.run("one");
  await first.close();
  const later = codexOn(model);
  const sandboxOf = async (id: string | null) =>
    (await later.request("thread/resume", { threadId: id ?? "", excludeTurns: true })).sandbox;
  for (const more of [{}, { webSearchMode: "disabled" }, { instructions: "Be brief." }] as const) {
    const resumed = later.resumeThread(thread.id ?? "", more);
    await resumed.run("two");
    expect(await sandboxOf(thread.id)).toMatchObject(sandbox);
  }
  const elsewhere = later.resumeThread(thread.id ?? "", {
    workingDirectory: temporaryDirectory(),
    skipGitRepoCheck: true,
  });
  await elsewhere.run("three");
  expect(await sandboxOf(thread.id)).toMatchObject(sandbox);
  expect(await sandboxOf((await elsewhere.fork()).id)).toMatchObject(sandbox);
});
