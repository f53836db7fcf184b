// `bypass_hook_trust` applies at each place in the configuration: a hook that denies must not be skipped silently.
import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { CodexOptions, ThreadOptions } from "../../../src/index.js";
import { runCommand, say } from "../../../src/testing/index.js";
import { usualCodexOn, scriptedModel, temporaryDirectory } from "../../support/workspace.js";

const config = { bypass_hook_trust: true };
const exec = { transport: "exec" } as const;

test.each<[string, { runtime?: CodexOptions; thread?: ThreadOptions; runs: boolean }]>([
  ["without the setting", { runs: false }],
  ["of a Codex", { runtime: { config }, runs: true }],
  ["in an override", { runtime: { configOverrides: ["bypass_hook_trust=true"] }, runs: true }],
  [
    "of a Codex whose thread resets it",
    { runtime: { config }, thread: { config: { bypass_hook_trust: false } }, runs: false },
  ],
  ["without the setting, over exec", { runtime: exec, runs: false }],
  ["of a thread over exec", { runtime: exec, thread: { config }, runs: true }],
  ["of a Codex over exec", { runtime: { ...exec, config }, runs: true }],
  ["in an override over exec", { runtime: { ...exec, configOverrides: ["bypass_hook_trust=true"] }, runs: true }],
])("a hook that denies commands %s", async (_, { runtime = {}, thread = {}, runs }) => {
  const model = await scriptedModel([runCommand("touch made", { login: false }), say("Done.")]);
  const hooks = { PreToolUse: [{ hooks: [{ type: "command", command: "echo denied >&2; exit 2" }] }] };
  writeFileSync(path.join(model.codexHome, "hooks.json"), JSON.stringify({ hooks }));
  const workingDirectory = temporaryDirectory();
  const options = model.threadOptions({ workingDirectory, sandboxMode: "workspace-write" as const, ...thread });
  await usualCodexOn(model, runtime).startThread(options).run("Go.");
  expect(existsSync(path.join(workingDirectory, "made"))).toBe(!runs);
});

test.each<[string, CodexOptions, ThreadOptions]>([
  ["a Codex", { config: { bypass_hook_trust: "yes" } }, {}],
  ["a thread", {}, { config: { bypass_hook_trust: "yes" } }],
  ["a thread over exec", exec, { config: { bypass_hook_trust: "yes" } }],
  ["an override over exec", { ...exec, configOverrides: ["bypass_hook_trust=1"] }, {}],
])("a value of %s that is not a boolean is rejected", async (_, runtime, thread) => {
  const model = await scriptedModel([]);
  const started = usualCodexOn(model, runtime).startThread(model.threadOptions(thread));
  await expect(started.run("Go.")).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining("bypass_hook_trust"),
  });
});
