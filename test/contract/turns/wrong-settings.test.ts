// A setting that Codex rejects ends the turn immediately with an error that names it and is not retryable, over both
// transports.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { CodexOptions, ThreadOptions } from "../../../src/index.js";
import { say } from "../../../src/testing/index.js";
import { codexOn, repository, scriptedModel } from "../../support/workspace.js";

const ofThread: [options: ThreadOptions, names: string][] = [
  [{ config: { model_reasoning_effort: 7 } }, "model_reasoning_effort"],
  [{ config: { model_verbosity: "loud" } }, "model_verbosity"],
  [{ config: { sandbox_mode: "wide-open" } }, "sandbox_mode"],
  [{ config: { approval_policy: "sometimes" } }, "approval_policy"],
  [{ config: { mcp_servers: { a: { command: 7 } } } }, "mcp_servers.a.command"],
  [{ config: { default_permissions: "missing" } }, "default_permissions"],
  [{ config: { profile: "missing" } }, 'profile = "missing"'],
  [{ modelProvider: "nope" }, "config.model_providers.nope"],
];

/** Also when Codex starts. */
const ofCodex: [options: CodexOptions, names: string][] = [
  [{ config: { model_reasoning_effort: 7 } }, "model_reasoning_effort"],
  [{ config: { default_permissions: "missing" } }, "default_permissions"],
  [{ config: { profile: "missing" } }, 'profile = "missing"'],
  [{ config: { model_provider: "nope" } }, "model_providers"],
  [{ configOverrides: ["model_verbosity=7"] }, "model_verbosity"],
];

describe.each(["app-server", "exec"] as const)("%s", (transport) => {
  async function savedThread() {
    const model = await scriptedModel(() => say("ok"));
    const codex = codexOn(model, { transport });
    const options = model.threadOptions({ workingDirectory: repository() });
    const thread = codex.startThread(options);
    await thread.run("hi");
    return { model, codex, options, id: thread.id! };
  }

  test("settings of a thread, new and resumed", { timeout: 60_000 }, async () => {
    const { codex, options, id, model } = await savedThread();
    for (const [wrong, names] of ofThread) {
      for (const thread of [
        codex.startThread({ ...options, ...wrong }),
        codex.resumeThread(id, { ...options, ...wrong }),
      ]) {
        await expect(thread.run("hi")).rejects.toMatchObject({
          code: "invalid_input",
          isRetryable: false,
          message: expect.stringContaining(names),
        });
      }
    }
    expect(model.requests).toHaveLength(1);
    expect((await codex.resumeThread(id, options).run("hi")).finalResponse).toBe("ok");
  });

  test("settings of a Codex, and a config.toml that is not TOML", { timeout: 60_000 }, async () => {
    const { model, options, id } = await savedThread();
    const base = model.codexOptions();
    const rejected = async (codexOptions: CodexOptions, names: string) => {
      const config = { ...base.config, ...codexOptions.config };
      const codex = codexOn(model, { ...base, transport, ...codexOptions, config });
      for (const thread of [codex.startThread(options), codex.resumeThread(id, options)]) {
        const error: unknown = await thread.run("hi").catch((reason: unknown) => reason);
        expect(error).toMatchObject({
          code: "invalid_input",
          isRetryable: false,
          message: expect.stringContaining(names),
        });
        expect((error as Error).message).not.toContain("sk-fake-in-a-file");
      }
      await codex.close();
    };
    for (const [wrong, names] of ofCodex) await rejected(wrong, names);
    writeFileSync(path.join(model.codexHome, "config.toml"), 'token = "sk-fake-in-a-file" ]\n');
    await rejected({}, "config.toml:1:");
    expect(model.requests).toHaveLength(1);
  });

  test("values that begin with a dash are values and not options", async () => {
    const { codex, options, id, model } = await savedThread();
    const dashed = { ...options, model: "-m", modelReasoningEffort: "-x", threadSource: "-s" };
    for (const thread of [codex.startThread(dashed), codex.resumeThread(id, dashed)]) await thread.run("hi");
    expect(model.requests.slice(1).map(({ body }) => body)).toMatchObject([{ model: "-m" }, { model: "-m" }]);
  });
});
