// A CODEX_HOME that the SDK created is removed, in every order and way in which its users end.
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { startHost } from "../../support/host-program.js";
import { allProcesses } from "../../support/model-processes.js";

test.each<[string, string]>([
  ["that never closes", "process.exit(0);"],
  ["that is killed", 'process.kill(process.pid, "SIGKILL");'],
  ["that closes the model before its Codex", "await model.close(); await codex.close();"],
  ["that closes the model only, while Codex works", 'void thread.run("on"); await model.close(); process.exit(0);'],
])("a program %s leaves no CODEX_HOME behind", async (_, end) => {
  const host = await startHost(`
    import { say, ScriptedModel } from "./src/testing/index.ts";
    const model = await ScriptedModel.start(() => say("Done."));
    const codex = new Codex(model.codexOptions());
    const thread = codex.startThread(model.threadOptions());
    await thread.run("Go.");
    console.log("HOME " + model.codexHome + " of " + process.pid + ".");
    ${end}
  `);
  const { output } = await host.ended;
  const [, home = "", pid = ""] = /HOME (\S+) of (\d+)/.exec(output) ?? [];
  expect(home).toMatch(/codex-home-/);
  // The descendants have ended too, so no process can create the directory again.
  const left = () =>
    allProcesses().filter(
      ({ commandLine, environment }) =>
        commandLine.includes(`codex-sdk-cleaner of ${pid}`) || environment.includes(`CODEX_HOME=${home}`),
    );
  await expect.poll(left, { timeout: 15_000 }).toEqual([]);
  expect(existsSync(home)).toBe(false);
});
