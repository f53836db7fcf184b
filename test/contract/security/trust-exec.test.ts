// Over exec, a resumed thread keeps its directory, and its record never widens what its agent may do.
import { existsSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { ThreadOptions } from "../../../src/index.js";
import { runCommand, say } from "../../../src/testing/index.js";
import { usualCodexOn, repository, scriptedModel } from "../../support/workspace.js";

const exec = { transport: "exec" } as const;

/** Writes into the directory in which it works. */
const writing = () =>
  scriptedModel((request) =>
    request.newOutputs.length > 0 ? say("done") : runCommand("touch written", { login: false }),
  );

test.each<[string, { begun: ThreadOptions; toml: string; writes: boolean }]>([
  [
    "read-only stays read-only",
    { begun: { sandboxMode: "read-only" }, toml: 'sandbox_mode = "workspace-write"\n', writes: false },
  ],
  ["the record does not give write access", { begun: { sandboxMode: "danger-full-access" }, toml: "", writes: false }],
  [
    "write access that the configuration gives is kept",
    { begun: { sandboxMode: "workspace-write" }, toml: 'sandbox_mode = "danger-full-access"\n', writes: true },
  ],
])("resumed without options: %s", async (_, { begun, toml, writes }) => {
  const model = await writing();
  const directory = repository();
  const first = usualCodexOn(model, exec).startThread(model.threadOptions({ workingDirectory: directory, ...begun }));
  await first.run("one");
  rmSync(path.join(directory, "written"), { force: true });
  writeFileSync(path.join(model.codexHome, "config.toml"), toml);

  const resumed = usualCodexOn(model, exec).resumeThread(first.id ?? "", { model: "gpt-5.5" });
  await resumed.run("two");
  expect(existsSync(path.join(directory, "written"))).toBe(writes);
  expect(JSON.stringify(model.requests.at(-1)?.input)).not.toContain(process.cwd());
});

test("a thread without a sandbox uses the configured one in each turn, and its own for one turn", async () => {
  const model = await writing();
  const directory = repository();
  const written = path.join(directory, "written");
  const thread = usualCodexOn(model, exec).startThread(model.threadOptions({ workingDirectory: directory }));
  const wrote: boolean[] = [];
  for (const options of [{}, { sandboxMode: "workspace-write" }, {}] as const) {
    await thread.run("go", options);
    wrote.push(existsSync(written));
    rmSync(written, { force: true });
  }
  expect(wrote).toEqual([false, true, false]);
});

test("a thread whose directory was deleted is not resumed", async () => {
  const model = await scriptedModel([say("one")]);
  const directory = repository();
  const codex = usualCodexOn(model, exec);
  const thread = codex.startThread(model.threadOptions({ workingDirectory: directory }));
  await thread.run("one");
  rmSync(directory, { recursive: true });
  await expect(codex.resumeThread(thread.id ?? "").run("two")).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining(`worked in ${directory}, which does not exist`),
  });
});
