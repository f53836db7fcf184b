// A Codex process that does not respond.
import { expect, test } from "vitest";
import { say, silence } from "../../../src/testing/index.js";
import { appServersOf, commandLinesOf } from "../../support/model-processes.js";
import { usualCodexOn, scriptedModel } from "../../support/workspace.js";

test("a hung Codex is ended when its turn is aborted", { timeout: 20_000 }, async () => {
  const model = await scriptedModel([silence(), say("recovered")]);
  const codex = usualCodexOn(model, { shutdownGraceMs: 300 });
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
