// A user operates the chat in a real Chromium, with a scripted model.
import { writeFileSync } from "node:fs";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { getRequestListener } from "@hono/node-server";
import { expect, onTestFinished, test } from "vitest";
import { createApp } from "../../examples/chat/app.js";
import { buildPage } from "../../examples/chat/build-page.js";
import { patch, plan, reason, runCommand, say, silence } from "../../src/testing/index.js";
import type { Script } from "../../src/testing/index.js";
import { createCodexRoutes } from "../../src/ui/index.js";
import { chromiumMissing, chromiumPath, openBrowser } from "../support/browser.js";
import { codexOn, scriptedModel, temporaryDirectory } from "../support/workspace.js";

async function startChat(workingDirectory: string, script: Script): Promise<string> {
  const model = await scriptedModel(script);
  const codex = codexOn(model);
  const threadOptions = model.threadOptions({
    workingDirectory,
    sandboxMode: "workspace-write" as const,
    planTool: true,
  });
  const routes = createCodexRoutes({ codex, authorize: () => true, threadOptions });
  const listener = getRequestListener(createApp(routes, await buildPage()).fetch);
  const server = createServer((request, response) => void listener(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

test.runIf(chromiumPath)(
  `a user watches, reloads, approves, declines, steers and stops${chromiumMissing}`,
  async () => {
    const directory = temporaryDirectory();
    const wait = "while [ ! -e go ]; do sleep 0.05; done";
    const chat = startChat(directory, [
      [
        reason("I look for the failing test."),
        plan([{ step: "Find the cause", status: "completed" }, "Fix it"]),
        runCommand(`sleep 0.3; echo 1 test failed; ${wait}`, { login: false }),
      ],
      patch({ "add.ts": { add: "export const add = (a: number, b: number) => a + b;\n" } }),
      runCommand("echo installed", { escalate: "May I install the dependencies?", login: false }),
      say("The test passes now.", { pieces: 3, pauseMs: 20 }),
      runCommand("echo deployed", { escalate: "May I deploy it?", login: false }),
      say("Then I leave it."),
      silence(),
    ]);
    const [url, context] = await Promise.all([chat, openBrowser({ width: 900 })]);
    const page = context.pages()[0] ?? (await context.newPage());
    const screenshot = async (name: string) => {
      const folder = process.env["SCREENSHOTS"];
      if (folder !== undefined) await page.screenshot({ path: path.join(folder, `${name}.png`) });
    };
    const send = async (text: string) => {
      await page.getByLabel("Message").fill(text);
      await page.keyboard.press("Enter");
    };
    await page.goto(url);
    await send("Fix the failing test.");
    await page.getByText("1 test failed", { exact: true }).waitFor();
    await page.getByText("Find the cause").waitFor();
    await page.locator(".badge.running").waitFor();
    await screenshot("1-running");

    await page.reload();
    await page.getByText("1 test failed", { exact: true }).waitFor();
    expect(await page.getByText("Fix the failing test.").count()).toBe(1);
    expect(await page.locator("article.assistant").count()).toBe(1);
    writeFileSync(path.join(directory, "go"), "");
    await page.getByText("May I install the dependencies?").waitFor();
    await page.getByLabel("Diff").getByText("+export const add").waitFor();
    await screenshot("2-approval");
    await page.getByRole("button", { name: "Approve" }).click();
    await page.getByText("The test passes now.").waitFor();
    await page.getByText("installed", { exact: true }).waitFor();
    await page.locator(".status.ready").waitFor();
    await screenshot("3-done");

    await send("Deploy it.");
    await page.getByText("May I deploy it?").waitFor();
    await page.getByRole("button", { name: "Decline" }).click();
    await page.locator(".badge.declined").waitFor();
    await page.getByText("Then I leave it.").waitFor();
    await page.locator(".status.ready").waitFor();

    await send("Think.");
    await page.getByRole("button", { name: "Stop" }).waitFor();
    await page.getByPlaceholder("Steer the agent").waitFor();
    await page.locator(".status.streaming").waitFor();
    await send("Hurry.");
    await page.locator(".steering", { hasText: "Hurry." }).waitFor();
    await screenshot("4-steered");
    await page.getByRole("button", { name: "Stop" }).click();
    await page.locator(".status.ready").waitFor();

    await page.reload();
    await page.getByText("The test passes now.").waitFor();
    expect(await page.locator("article.user").allTextContents()).toEqual(
      expect.arrayContaining(["Fix the failing test.", "Deploy it."]),
    );
    await page.setViewportSize({ width: 360, height: 740 });
    await screenshot("5-narrow");
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  },
);
