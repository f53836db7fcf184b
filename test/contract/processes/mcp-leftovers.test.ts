// What an MCP server leaves behind ends with its Codex.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { deferred } from "../../../src/internal/deferred.js";
import { say } from "../../../src/testing/index.js";
import { processesWith } from "../../support/processes.js";
import { codexOn, repository, scriptedModel } from "../../support/workspace.js";

/** Leaves its parent, its group and its session. Not an MCP server otherwise, so that it fails to start. */
const script = (seconds: string) => `setsid -f sleep ${seconds} > /dev/null 2>&1 < /dev/null; exit 1`;

test.each([
  ["at close", "app-server"],
  ["with their turn", "exec"],
] as const)(
  "helpers with a session of their own end %s over %s, however their server is defined",
  async (_, transport) => {
    const started = deferred<void>();
    const model = await scriptedModel(async () => {
      await started.promise;
      return say("done");
    });
    const [own = "", users = ""] = ["25", "75"].map((decimals) => `${process.pid}.${decimals}${transport.length}`);
    const toml = `[mcp_servers.users]\ncommand = "/bin/sh"\nargs = ["-c", ${JSON.stringify(script(users))}]\n[mcp_servers.users.env]\nKEPT = "1"\n`;
    writeFileSync(path.join(model.codexHome, "config.toml"), toml);
    const codex = codexOn(model, { transport });
    const thread = codex.startThread(
      model.threadOptions({
        workingDirectory: repository(),
        mcpServers: { own: { command: "/bin/sh", args: ["-c", script(own)] } },
      }),
    );
    const helpers = () => [own, users].map((seconds) => processesWith(`sleep\0${seconds}`).length);
    const turn = thread.run("go");
    if (transport === "exec") started.resolve(await expect.poll(helpers, { timeout: 10_000 }).toEqual([1, 1]));
    else started.resolve();
    await turn;
    if (transport === "app-server") await expect.poll(helpers, { timeout: 10_000 }).toEqual([1, 1]);
    await codex.close();
    expect(helpers()).toEqual([0, 0]);
  },
);
