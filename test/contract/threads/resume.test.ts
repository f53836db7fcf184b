// Which settings are sent when a thread is resumed, and which it keeps.
import { realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { Codex, Thread, ThreadOptions } from "../../../src/index.js";
import { compaction, runCommand, say } from "../../../src/testing/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { codexOn, repository, scriptedModel, temporaryDirectory, warmCodex } from "../../support/workspace.js";

const begun = {
  model: "gpt-5.5",
  modelReasoningEffort: "high",
  sandboxMode: "workspace-write",
  approvalPolicy: "untrusted",
} as const satisfies ThreadOptions;

async function begin(): Promise<{ model: ScriptedModel; thread: Thread; codex: Codex; cwd: string }> {
  // Codex summarises a conversation when its model changes.
  const { model, codex } = await warmCodex((request) =>
    request.purpose === "compaction" ? compaction() : say(`after ${request.lastUserText}`),
  );
  const cwd = repository();
  const thread = codex.startThread({ ...begun, workingDirectory: cwd, skipGitRepoCheck: true });
  await thread.run("one");
  return { model, thread, codex, cwd };
}

/** The settings of the thread's last request to the model. */
async function settings(codex: Codex, model: ScriptedModel, id: string | null) {
  const { cwd, sandbox, approvalPolicy } = await codex.request("thread/resume", {
    threadId: id ?? "",
    excludeTurns: true,
  });
  const request = model.requests.at(-1);
  const body = request?.body as { reasoning?: { effort?: string } } | undefined;
  return { model: request?.model, effort: body?.reasoning?.effort, cwd, sandbox: sandbox.type, approvalPolicy };
}

// The caller determines the sandbox: a recorded setting never widens it.
const kept = { model: "gpt-5.5", effort: "high", sandbox: "readOnly", approvalPolicy: "untrusted" };

const changes: [string, ThreadOptions, Partial<typeof kept>][] = [
  ["nothing", {}, {}],
  ["a model", { model: "gpt-6-sol" }, { model: "gpt-6-sol" }],
  ["an effort", { modelReasoningEffort: "low" }, { effort: "low" }],
  ["a sandbox", { sandboxMode: "workspace-write" }, { sandbox: "workspaceWrite" }],
  ["an approval policy", { approvalPolicy: "never" }, { approvalPolicy: "never" }],
  [
    "all of them",
    {
      model: "gpt-6-sol",
      modelReasoningEffort: "low",
      sandboxMode: "danger-full-access",
      approvalPolicy: "on-request",
    },
    // Without a handler, requests could not be answered.
    { model: "gpt-6-sol", effort: "low", sandbox: "dangerFullAccess", approvalPolicy: "never" },
  ],
];

test("in a new process, a resumed thread keeps the settings that the resume does not change", async () => {
  const threads = [];
  for (const [what, options, changed] of changes) threads.push({ what, options, changed, ...(await begin()) });
  const { codex, model } = threads[0]!;
  await codex.close();
  const later = codexOn(model);
  for (const { what, options, changed, thread, cwd } of threads) {
    const resumed = later.resumeThread(thread.id ?? "", options);
    expect((await resumed.run("two")).finalResponse, what).toBe("after two");
    expect(await settings(later, model, resumed.id), what).toEqual({ ...kept, cwd, ...changed });
  }
});

test.each(changes)(
  "in the same process, a thread that is resumed with %s keeps its other settings",
  async (_, options, changed) => {
    const { model, thread, codex, cwd } = await begin();
    const resumed = codex.resumeThread(thread.id ?? "", options);
    expect((await resumed.run("two")).finalResponse).toBe("after two");
    expect(await settings(codex, model, resumed.id)).toEqual({ ...kept, cwd, ...changed });
  },
);

test("a thread that is resumed in another directory works there from then on", async () => {
  const { model, thread, codex } = await begin();
  const elsewhere = realpathSync(repository());
  const resumed = codex.resumeThread(thread.id ?? "", { workingDirectory: elsewhere });
  await resumed.run("two");
  expect(await settings(codex, model, resumed.id)).toMatchObject({ cwd: elsewhere, approvalPolicy: "untrusted" });
  expect(JSON.stringify(model.requests.at(-1)?.input)).toContain(elsewhere);
  expect((await codex.resumeLastThread({ workingDirectory: elsewhere })).id).toBe(thread.id);
});

test("a turn's own model and effort remain with the thread, in a new process too", async () => {
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

test("after a crash a thread continues with its turn's model, not with its initial model", async () => {
  const { model, thread, codex } = await begin();
  await thread.run("two", { model: "gpt-6-sol", modelReasoningEffort: "low" });
  const { id } = (await codex.request("server/diagnostics", {})).process;
  process.kill(id, "SIGKILL");
  await expect.poll(() => codex.request("server/diagnostics", {}).then((now) => now.process.id)).not.toBe(id);
  await thread.run("three");
  expect(await settings(codex, model, thread.id)).toMatchObject({ model: "gpt-6-sol", effort: "low" });
});

const wide = 'sandbox_mode = "danger-full-access"\n';
const workspace = 'sandbox_mode = "workspace-write"\n';

// Without the SDK's settings, Codex takes the directory's usual sandbox, or loses it with the first other setting.
test.each<[string, { toml: string; options: ThreadOptions; sandbox: object }]>([
  ["read-only stays read-only", { toml: wide, options: { sandboxMode: "read-only" }, sandbox: { type: "readOnly" } }],
  [
    "workspace-write is unchanged",
    {
      toml: wide,
      options: { sandboxMode: "workspace-write", networkAccessEnabled: true, additionalDirectories: ["/srv"] },
      sandbox: { type: "workspaceWrite", networkAccess: true, writableRoots: ["/srv"] },
    },
  ],
  [
    "the record adds no network access and no directories to the configuration",
    {
      toml: workspace,
      options: { sandboxMode: "workspace-write", networkAccessEnabled: true, additionalDirectories: ["/srv"] },
      sandbox: { type: "workspaceWrite", networkAccess: false, writableRoots: [] },
    },
  ],
  [
    "the record does not remove the sandbox",
    { toml: workspace, options: { sandboxMode: "danger-full-access" }, sandbox: { type: "workspaceWrite" } },
  ],
  [
    "the record does not give write access",
    { toml: "", options: { sandboxMode: "danger-full-access" }, sandbox: { type: "readOnly" } },
  ],
])("resumed without a sandbox: %s", async (_, { toml, options, sandbox }) => {
  const model = await scriptedModel((request) => say(`after ${request.lastUserText}`));
  const first = codexOn(model);
  const thread = first.startThread(model.threadOptions({ workingDirectory: temporaryDirectory(), ...options }));
  await thread.run("one");
  await first.close();
  writeFileSync(path.join(model.codexHome, "config.toml"), toml);
  const later = codexOn(model);
  const sandboxOf = async (id: string | null) =>
    (await later.request("thread/resume", { threadId: id ?? "", excludeTurns: true })).sandbox;
  const resumed = later.resumeThread(thread.id ?? "", { instructions: "Be brief." });
  await resumed.run("two");
  expect(await sandboxOf(thread.id)).toMatchObject(sandbox);
  const fork = await later.resumeThread(thread.id ?? "").fork();
  await fork.run("three");
  expect(await sandboxOf(fork.id)).toMatchObject(sandbox);
});

test("developer instructions of a resume reach the model after a compaction, and base instructions are kept", async () => {
  const { model, codex } = await warmCodex((request) => say(request.purpose === "compaction" ? "summary" : "ok"));
  const given = { developerInstructions: "The first rule.", baseInstructions: "The base text." };
  const thread = codex.startThread(model.threadOptions({ workingDirectory: temporaryDirectory(), ...given }));
  await thread.run("one");
  const resumed = codex.resumeThread(thread.id ?? "", {
    developerInstructions: "The second rule.",
    skipGitRepoCheck: true,
  });
  await resumed.run("two");
  const before = JSON.stringify(model.requests.at(-1)?.body);
  expect(before).toContain("The first rule.");
  expect(before).not.toContain("The second rule.");
  await resumed.compact();
  await resumed.run("three");
  const after = JSON.stringify(model.requests.at(-1)?.body);
  expect(after).not.toContain("The first rule.");
  expect(after).toContain("The second rule.");
  expect(after).toContain("The base text.");
});

test("a thread whose directory was deleted is not resumed elsewhere automatically", async () => {
  const { model, thread, codex, cwd } = await begin();
  rmSync(cwd, { recursive: true });
  await expect(codex.resumeThread(thread.id ?? "").run("two")).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining(`worked in ${cwd}, which does not exist`),
  });
  const moved = codex.resumeThread(thread.id ?? "", { workingDirectory: repository() });
  expect((await moved.run("two")).finalResponse).toBe("after two");
  expect(model.requests).toHaveLength(2);
});

test("through a symbolic link, the agent works in the real directory", async () => {
  const model = await scriptedModel([runCommand("touch written && pwd", { login: false }), say("done")]);
  const codex = codexOn(model);
  const directory = repository();
  const link = `${directory}-link`;
  symlinkSync(directory, link);
  const thread = codex.startThread(
    model.threadOptions({ workingDirectory: link, sandboxMode: "workspace-write" as const }),
  );
  const { items } = await thread.run("go").finally(() => rmSync(link));
  expect(items[0]).toMatchObject({ exit_code: 0, aggregated_output: `${directory}\n` });
});
