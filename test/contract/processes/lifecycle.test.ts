// A codex that does not respond, two objects for one thread, and programs that end.
import { spawn } from "node:child_process";
import path from "node:path";
import { expect, test } from "vitest";
import { say, silence } from "../../../src/testing/index.js";
import { appServersOf, commandLinesOf } from "../../support/model-processes.js";
import { codexOn, scriptedModel } from "../../support/workspace.js";

test("a codex that stands still is ended when its turn is aborted", { timeout: 20_000 }, async () => {
  const model = await scriptedModel([silence(), say("recovered")]);
  const codex = codexOn(model, { shutdownGraceMs: 300 });
  const thread = codex.startThread(model.threadOptions());
  const abort = new AbortController();
  const turn = thread.run("go", { signal: abort.signal });
  await model.waitForRequest(1);
  const servers = appServersOf(model);
  expect(servers).toHaveLength(1);
  process.kill(servers[0]!, "SIGSTOP");
  abort.abort();
  await expect(turn).rejects.toMatchObject({ code: "interrupted" });
  expect(commandLinesOf(model)).toEqual([]);
});

test("two Thread objects of one conversation take turns", async () => {
  const model = await scriptedModel(({ lastUserText }) =>
    say(`re: ${lastUserText}`, { pieces: ["re: ", lastUserText ?? ""], pauseMs: 50 }),
  );
  const codex = codexOn(model);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("first");
  const same = codex.resumeThread(thread.id ?? "");
  const turns = await Promise.all([thread.run("a"), same.run("b"), thread.run("c")]);
  expect(turns.map((turn) => turn.finalResponse)).toEqual(["re: a", "re: b", "re: c"]);
  expect(model.requests).toHaveLength(4);
});

test.each([
  ["that has its answer", "await thread.run('hi');", 0],
  ["that left its loop", "for await (const _ of await thread.runStreamed('hi')) break;", 0],
])("a program %s exits by itself, without close()", async (_, body, code) => {
  const model = await scriptedModel(() => say("ok"));
  const program = `
    import { Codex } from ${JSON.stringify(path.resolve("src/index.ts"))};
    const codex = new Codex(${JSON.stringify(model.codexOptions())});
    const thread = codex.startThread(${JSON.stringify(model.threadOptions())});
    ${body}
  `;
  const host = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "--eval", program], {
    stdio: "inherit",
  });
  const exitCode = await new Promise((resolve) => host.once("exit", resolve));
  expect(exitCode).toBe(code);
  await expect.poll(() => commandLinesOf(model), { timeout: 5_000 }).toEqual([]);
});
