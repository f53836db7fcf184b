// Tests an agent with node:test. Run it with `node --import tsx --test examples/testing/main.ts`.
import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { Codex } from "codex-sdk";
import { cut, patch, runCommand, say, ScriptedModel } from "codex-sdk/testing";
import { fixCheck } from "./fix-check.js";
import { failingProject } from "./project.js";

const workingDirectory = failingProject();
after(() => rmSync(workingDirectory, { recursive: true }));

await test("a failing check is fixed, although the connection breaks once", async () => {
  const model = await ScriptedModel.start([
    runCommand("node check.js", { login: false }),
    cut({ text: "I see that add() sub" }),
    patch({ "add.js": { update: { from: "  return a - b;", to: "  return a + b;" } } }),
    runCommand("node check.js", { login: false }),
    say("It passes now."),
    say('{"fixed":true,"summary":"add() subtracted."}'),
  ]);
  const codex = new Codex(model.codexOptions());
  try {
    const report = await fixCheck(codex, { ...model.threadOptions(), workingDirectory });
    assert.deepEqual(report, { fixed: true, summary: "add() subtracted." });
    assert.match(readFileSync(join(workingDirectory, "add.js"), "utf8"), /a \+ b/);
    model.assertDone();
  } finally {
    await codex.close();
    await model.close();
  }
});
