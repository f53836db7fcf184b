// Tests an agent with vitest: the real Codex in its sandbox, driven by a scripted model.
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Codex, UsageLimitError } from "codex-sdk";
import { fail, patch, respond, runCommand, say, ScriptedModel, type Script } from "codex-sdk/testing";
import { expect, onTestFinished, test } from "vitest";
import { fixCheck } from "./fix-check.js";
import { failingProject } from "./project.js";

/** Each test has its own model, Codex and project, and removes them at the end. */
async function setUp(script: Script) {
  const model = await ScriptedModel.start(script);
  const codex = new Codex(model.codexOptions());
  const workingDirectory = failingProject();
  onTestFinished(async () => {
    await codex.close();
    await model.close();
    rmSync(workingDirectory, { recursive: true });
  });
  return { model, codex, options: { ...model.threadOptions(), workingDirectory } };
}

const check = runCommand("node check.js", { login: false });
const fixAdd = patch({ "add.js": { update: { from: "  return a - b;", to: "  return a + b;" } } });

test("a failing check is fixed and reported", async () => {
  const { model, codex, options } = await setUp([
    [say("I will run the check.", { phase: "commentary" }), check],
    fixAdd,
    check,
    say("It passes now.", { phase: "final_answer" }),
    respond(say('{"fixed":true,"summary":"add() subtracted."}'), { usage: { input: 900, cached: 800 } }),
  ]);

  expect(await fixCheck(codex, options)).toEqual({ fixed: true, summary: "add() subtracted." });

  model.assertDone();
  expect(readFileSync(join(options.workingDirectory, "add.js"), "utf8")).toContain("a + b");
  // The next request contains the actual output of the commands.
  expect(model.requests[1]?.lastOutput).toContain("AssertionError");
  expect(model.requests[3]?.lastOutput).toContain("exited with code 0");
  expect(model.requests[4]?.outputSchema).toMatchObject({ required: ["fixed", "summary"] });
});

test("a request to an overloaded endpoint is retried", async () => {
  const { model, codex, options } = await setUp([
    fail(500),
    say("Nothing to fix."),
    say('{"fixed":false,"summary":"The check passes."}'),
  ]);
  expect(await fixCheck(codex, options)).toMatchObject({ fixed: false });
  model.assertDone();
});

test("an exhausted quota is not retried", async () => {
  const { model, codex, options } = await setUp([fail(429, { code: "insufficient_quota" })]);
  await expect(fixCheck(codex, options)).rejects.toBeInstanceOf(UsageLimitError);
  expect(model.requests).toHaveLength(1);
});

test("a script can be a function of the request", async () => {
  const { model, codex, options } = await setUp((request) => {
    if (request.outputSchema) return say('{"fixed":false,"summary":"I cannot fix it."}');
    return request.lastOutput.includes("AssertionError") ? say("I give up.") : check;
  });
  expect(await fixCheck(codex, options)).toMatchObject({ summary: "I cannot fix it." });
  expect(model.requests.map(({ lastUserText }) => lastUserText.slice(0, 6))).toEqual(["Run `n", "Run `n", "Report"]);
});
