// Lost messages of Codex: turns settle from Codex's record, and no other turn is affected.
import path from "node:path";
import { describe, expect, test } from "vitest";
import type { Codex, CodexOptions } from "../../../src/index.js";
import { locateCodex } from "../../../src/process/locate/locate.js";
import { compaction, runCommand, say, silence } from "../../../src/testing/index.js";
import type { Script, ScriptedModel } from "../../../src/testing/index.js";
import { codexOn, scriptedModel } from "../../support/workspace.js";

/** A Codex whose first matching messages are lost. */
async function lossy(drop: string, script: Script, times = 1): Promise<{ model: ScriptedModel; codex: Codex }> {
  const model = await scriptedModel(script);
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: model.codexHome,
    LOSSY_DROP: drop,
    LOSSY_TIMES: String(times),
    LOSSY_CODEX: locateCodex(undefined).executablePath,
  };
  const codexPathOverride = path.resolve(import.meta.dirname, "../../fixtures/lossy-codex.mjs");
  const options: CodexOptions = { codexPathOverride, env, shutdownGraceMs: 500 };
  return { model, codex: codexOn(model, options) };
}

const script: Script = ({ lastUserText, purpose, functionOutputs }) => {
  if (purpose === "compaction") return compaction();
  if (lastUserText === "hang") return silence();
  return lastUserText === "command" && functionOutputs.length === 0
    ? runCommand("echo hi", { login: false })
    : say("done");
};

test("a turn whose end is lost settles with the state that Codex has recorded", async () => {
  const { model, codex } = await lossy('"method":"turn/completed"', script);
  const thread = codex.startThread(model.threadOptions({ sandboxMode: "danger-full-access" as const }));
  const turn = await thread.run("command");
  expect(turn.finalResponse).toBe("done");
  expect(turn.items.map(({ type }) => type)).toEqual(["command_execution", "agent_message"]);
  expect((await thread.run("again")).finalResponse).toBe("done");
});

test("a turn whose last item is lost with its end is completed from the record too", async () => {
  const { model, codex } = await lossy(
    '"method":"(turn/completed|item/completed|item/agentMessage/delta)"',
    script,
    100,
  );
  const turn = await codex.startThread(model.threadOptions()).run("hello");
  expect(turn.finalResponse).toBe("done");
});

test("a turn whose end and idle status are lost is settled when it is interrupted, and other turns continue", async () => {
  const { model, codex } = await lossy(
    '"method":"turn/completed"|"method":"thread/status/changed".*"type":"idle"',
    script,
    2,
  );
  await codex.warm();
  const other = codex.startThread(model.threadOptions());
  const lost = codex.startThread(model.threadOptions()).run("hello", { idleTimeoutMs: 1_500 });
  await model.waitForRequest(1);
  const hanging = await other.runStreamed("hang");
  await expect(lost).rejects.toMatchObject({ code: "timed_out", turn: { finalResponse: "done" } });
  await hanging.interrupt();
  await expect(hanging.completed()).rejects.toMatchObject({ code: "interrupted" });
  expect((await other.run("hello")).finalResponse).toBe("done");
});

test("a turn completes although the answer to turn/start is lost", async () => {
  const { model, codex } = await lossy('"result":\\{"turn":', script);
  expect((await codex.startThread(model.threadOptions()).run("hello")).finalResponse).toBe("done");
});

test("a compaction whose end is lost still completes", async () => {
  const { model, codex } = await lossy('"method":"turn/completed".*"items":\\[\\]', script);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("hello");
  await thread.compact();
  expect((await thread.run("again")).finalResponse).toBe("done");
});

test("a request whose answer is lost fails, and nothing else fails", async () => {
  const { model, codex } = await lossy('"result":\\{"data":', script);
  const thread = codex.startThread(model.threadOptions());
  const hanging = await thread.runStreamed("hang");
  await model.waitForRequest(1);
  // A slow request is not a lost one.
  const slow = codex.request("command/exec", { command: ["sleep", "1"], cwd: model.codexHome });
  await expect(codex.request("thread/loaded/list", {})).rejects.toMatchObject({ code: "protocol" });
  expect(await slow).toMatchObject({ exitCode: 0 });
  await hanging.interrupt();
  expect((await thread.run("hello")).finalResponse).toBe("done");
});

describe("messages that Codex would drop because of their depth are rejected, at the level where Codex would drop them", () => {
  const nested = (levels: number): object => Array.from({ length: levels - 1 }).reduce<object>((inner) => [inner], []);

  test("requests", async () => {
    const model = await scriptedModel(script);
    const codex = codexOn(model);
    const read = (levels: number) =>
      codex.request("thread/read", { threadId: "01a20222-4e63-7122-a53d-6a8230e28aaa", x: nested(levels) } as never);
    await expect(read(125)).rejects.toMatchObject({ code: "protocol" });
    await expect(read(126)).rejects.toMatchObject({ code: "invalid_input", message: expect.stringContaining("`x`") });
  });

  test.each(["app-server", "exec"] as const)("an output schema, over %s", async (transport) => {
    const model = await scriptedModel(script);
    const thread = codexOn(model, { transport }).startThread(model.threadOptions());
    let schema: object = { type: "string" };
    for (let level = 0; level < 70; level++) {
      schema = { type: "object", properties: { a: schema }, required: ["a"], additionalProperties: false };
    }
    await expect(thread.run("hello", { outputSchema: schema as never })).rejects.toMatchObject({
      code: "invalid_input",
    });
    expect(model.requests).toHaveLength(0);
  });
});
