// What an MCP server leaves behind ends with its Codex.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { say } from "../../src/testing/index.js";
import { processesWith } from "../support/processes.js";
import { codexOn, repository, scriptedModel } from "../support/workspace.js";

/** Leaves its parent, its group and its session. Not an MCP server otherwise, so that it fails to start. */
const script = (seconds: string) => `setsid -f sleep ${seconds} > /dev/null 2>&1 < /dev/null; exit 1`;

test("helpers with a session of their own end at close, whether options or config.toml define their server", async () => {
  const model = await scriptedModel([say("done")]);
  const own = `${process.pid}.25`;
  const users = `${process.pid}.75`;
  const toml = `[mcp_servers.users]\ncommand = "/bin/sh"\nargs = ["-c", ${JSON.stringify(script(users))}]\n[mcp_servers.users.env]\nKEPT = "1"\n`;
  writeFileSync(path.join(model.codexHome, "config.toml"), toml);
  const codex = codexOn(model);
  const thread = codex.startThread(
    model.threadOptions({
      workingDirectory: repository(),
      mcpServers: { own: { command: "/bin/sh", args: ["-c", script(own)] } },
    }),
  );
  await thread.run("go");
  const helpers = () => [own, users].map((seconds) => processesWith(`sleep\0${seconds}`).length);
  await expect.poll(helpers).toEqual([1, 1]);
  await codex.close();
  expect(helpers()).toEqual([0, 0]);
});
