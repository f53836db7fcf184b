// `codex-sdk inspect`: prints its link, serves the page of the given home, and ends with Ctrl-C.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { beforeAll, expect, test } from "vitest";
import { buildInspectPage } from "../../scripts/inspect-page.mjs";
import { say } from "../../src/testing/index.js";
import { start } from "../examples/run.js";
import { InspectorClient } from "../inspect/inspector-client.js";
import { compiled } from "../support/host-program.js";
import { codexOn, root, scriptedModel } from "../support/workspace.js";

beforeAll(() => buildInspectPage());

const inspect = (...args: string[]) =>
  start(process.execPath, ["--import", "tsx", "src/cli/index.ts", "inspect", ...args]);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return port;
}

test("it shows the threads of the home on the port, opens no browser, and leaves nothing behind", async () => {
  const model = await scriptedModel([say("Hello.")]);
  const codex = codexOn(model);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("Hi.");
  await codex.close();

  const port = await freePort();
  const command = inspect("--codex-home", model.codexHome, "--port", String(port), "--no-open");
  await command.shows("#token=");
  const [, url = ""] = /^Inspector: (\S+)$/m.exec(command.output) ?? [];
  expect(new URL(url).host).toBe(`127.0.0.1:${port}`);
  expect(await (await fetch(new URL("/", url))).text()).toContain("<title>Codex inspector</title>");
  const page = await InspectorClient.open({ url });
  expect(await page.read("/state")).toMatchObject({ hasControl: false });
  expect((await page.read("/threads")).threads).toMatchObject([{ id: thread.id, preview: "Hi." }]);
  command.interrupt();
  expect(await command.ended).toMatchObject({ exitCode: 0 });
  expect(command.processes()).toEqual([]);
  await expect(fetch(new URL("/", url))).rejects.toThrow();
});

test.each([
  [["--port", "70000"], "--port must be a number from 0 to 65535"],
  [["--unknown"], "Unknown option '--unknown'"],
])("%j is an error that shows the usage, and nothing is started", async (args, message) => {
  const { exitCode, output } = await start(process.execPath, [await compiled("src/cli/index.ts"), "inspect", ...args])
    .ended;
  expect(exitCode).toBe(2);
  expect(output).toContain(message);
  expect(output).toContain("Usage: codex-sdk inspect");
});

test("a reader that closes the pipe, like `head`, ends the output without an error", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", "src/cli/index.ts", "--help"], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
  expect(await once(child, "close")).toEqual([0, null]);
  expect(errors).toBe("");
});
