// A machine on which the sandbox of Codex cannot work: the turn fails with that reason instead of succeeding.
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { runCommand, say } from "../../../src/testing/index.js";
import { startHost } from "../../support/host-program.js";
import { usualCodexOn, scriptedModel } from "../../support/workspace.js";

/** Where user namespaces are available, a machine without them is simulated; elsewhere this machine is one. */
const canUnshare = spawnSync("unshare", ["-Ur", "true"]).status === 0;
const without = ["unshare", "-Ur", "sh", "-c", 'echo 0 > /proc/sys/user/max_user_namespaces; exec "$@"', "sh"];
const wrapper = canUnshare ? without : [];

test.each(["app-server", "exec"])("over %s, commands that cannot be sandboxed end the turn", async (transport) => {
  const model = await scriptedModel([runCommand("echo hi", { login: false }), say("All is well.")]);
  const host = await startHost(
    `
      const codex = new Codex(${JSON.stringify({ ...model.codexOptions(), transport })});
      const thread = codex.startThread(${JSON.stringify(model.threadOptions())});
      const error = await thread.run("go").then((turn) => turn, (reason) => reason);
      console.log(JSON.stringify({ code: error.code, message: error.message, items: error.turn?.items }));
      await codex.close();
    `,
    { wrapper },
  );
  const { exitCode, output } = await host.ended;
  expect(exitCode).toBe(0);
  const told = JSON.parse(output.split("\n").find((line) => line.startsWith("{")) ?? "{}") as Record<string, unknown>;
  expect(told).toMatchObject({ code: "sandbox_unavailable", items: expect.anything() as unknown });
  expect((told["items"] as object[])[0]).toMatchObject({ type: "command_execution", status: "failed" });
  expect(told["message"]).toMatch(/^bwrap: /);
});

test.each(["app-server", "exec"] as const)(
  "over %s, a command that prints the sandbox's error does not end the turn",
  async (transport) => {
    const line = "bwrap: Creating new namespace failed: nesting depth exceeded (ENOSPC)";
    const model = await scriptedModel([
      runCommand(`echo '${line}' >&2; exit 1`, { login: false }),
      runCommand("echo hi", { login: false }),
      say("All is well."),
    ]);
    const turn = await usualCodexOn(model, { transport }).startThread(model.threadOptions()).run("go");
    expect(turn.finalResponse).toBe("All is well.");
    expect(turn.items).toMatchObject([{ aggregated_output: `${line}\n`, exit_code: 1 }, { exit_code: 0 }, {}]);
  },
);

test("danger-full-access does not require a sandbox", async () => {
  const model = await scriptedModel([runCommand("echo hi", { login: false }), say("All is well.")]);
  const options = { ...model.threadOptions(), sandboxMode: "danger-full-access" };
  const host = await startHost(
    `
      const codex = new Codex(${JSON.stringify(model.codexOptions())});
      console.log((await codex.startThread(${JSON.stringify(options)}).run("go")).items[0].aggregated_output);
      await codex.close();
    `,
    { wrapper },
  );
  expect((await host.ended).output).toContain("hi");
});
