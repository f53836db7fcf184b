// Processes that an MCP server leaves behind end with its Codex.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { deferred } from "../../../src/internal/deferred.js";
import { say } from "../../../src/testing/index.js";
import { mcpServerFile, startHost } from "../../support/host-program.js";
import { processesWith } from "../../support/processes.js";
import { usualCodexOn, repository, scriptedModel } from "../../support/workspace.js";

/**
 * Leaves its parent, its group and its session. It is not an MCP server, so it fails to start, and Codex ends its group:
 * it exits only after the helper has left the group and closed its output.
 */
const script = (seconds: string) =>
  `: "$(setsid -f /bin/sh -c 'exec sleep ${seconds} > /dev/null 2>&1 < /dev/null')"; exit 1`;

test.each([
  ["at close", "app-server"],
  ["with their turn", "exec"],
] as const)(
  "helper processes with a session of their own end %s over %s, however their server is defined",
  async (_, transport) => {
    const started = deferred<void>();
    const model = await scriptedModel(async () => {
      await started.promise;
      return say("done");
    });
    const [own = "", users = ""] = ["25", "75"].map((decimals) => `${process.pid}.${decimals}${transport.length}`);
    const toml = `[mcp_servers.users]\ncommand = "/bin/sh"\nargs = ["-c", ${JSON.stringify(script(users))}]\n[mcp_servers.users.env]\nKEPT = "1"\n`;
    writeFileSync(path.join(model.codexHome, "config.toml"), toml);
    const codex = usualCodexOn(model, { transport });
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

test.each(["app-server", "exec"] as const)(
  "helper processes of MCP servers end with a host that is killed, over %s",
  async (transport) => {
    const isAsked = deferred<void>();
    const model = await scriptedModel(async () => {
      isAsked.resolve();
      // The host is killed during this turn.
      await new Promise<void>((resolve) => onTestFinished(() => resolve()));
      return say("done");
    });
    const [child = "", daemon = ""] = ["35", "45"].map((decimals) => `${process.pid}.${decimals}${transport.length}`);
    // The server has its own session; one helper outlives it, and the other one has left it.
    const start = `sleep ${child} > /dev/null 2>&1 & setsid -f sleep ${daemon} > /dev/null 2>&1 < /dev/null`;
    const serve = `exec ${process.execPath} ${await mcpServerFile("stdio-server")}`;
    const threadOptions = model.threadOptions({
      workingDirectory: repository(),
      mcpServers: { own: { command: "setsid", args: ["-w", "/bin/sh", "-c", `${start}; ${serve}`] } },
    });
    const host = await startHost(`
    const codex = new Codex(${JSON.stringify({ ...model.codexOptions(), transport })});
    await codex.startThread(${JSON.stringify(threadOptions)}).run("go");
  `);
    const helpers = () => [child, daemon].map((seconds) => processesWith(`sleep\0${seconds}`).length);
    await isAsked.promise;
    await expect.poll(helpers, { timeout: 20_000 }).toEqual([1, 1]);
    host.process.kill("SIGKILL");
    await host.ended;
    await expect.poll(helpers, { timeout: 20_000 }).toEqual([0, 0]);
  },
);
