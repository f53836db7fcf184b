// A user operates the inspector in a real Chromium, while the real Codex runs scripted agents.
import { existsSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import path from "node:path";
import type { Page } from "playwright-core";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { buildInspectPage } from "../../scripts/inspect-page.mjs";
import { priceTable } from "../../src/cost/index.js";
import { inspect } from "../../src/inspect/index.js";
import { askUser, fail, patch, plan, reason, runCommand, say, silence } from "../../src/testing/index.js";
import { chromiumMissing, chromiumPath, expectAccessible, openBrowser } from "../support/browser.js";
import { codexOn, scriptedModel, temporaryDirectory } from "../support/workspace.js";

beforeAll(() => buildInspectPage());

const wait = "while [ ! -e go ]; do sleep 0.05; done";

async function screenshot(page: Page, name: string): Promise<void> {
  const folder = process.env["SCREENSHOTS"];
  if (folder === undefined) return;
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: path.join(folder, `${name}-${colorScheme}.png`) });
  }
}

test.runIf(chromiumPath)(
  `a user watches, approves, reloads and stops${chromiumMissing}`,
  { timeout: 300_000 },
  async () => {
    const directory = temporaryDirectory();
    execFileSync("git", ["init", "-q"], { cwd: directory });
    const model = await scriptedModel([
      [
        reason("I look for the failing test."),
        plan([{ step: "Find the cause", status: "completed" }, "Fix it"]),
        runCommand(`echo '1 test failed'; ${wait}`, { login: false, yieldTimeMs: 120_000 }),
      ],
      patch({ "add.ts": { add: "export const add = (a: number, b: number) => a + b;\n" } }),
      runCommand("echo installed", { escalate: "May I install the dependencies?", login: false }),
      askUser({
        id: "tests",
        header: "Tests",
        question: "Shall I add a test?",
        options: [
          { label: "Yes", description: "One for the sum" },
          { label: "No", description: "Leave it" },
        ],
      }),
      say("The test passes now."),
      silence(),
    ]);
    const codex = codexOn(model);
    const inspector = await inspect(codex, {
      control: true,
      threadOptions: model.threadOptions(),
      prices: priceTable({ "gpt-5.5": { input: 5, output: 30 } }),
    });
    onTestFinished(() => inspector.close());
    const thread = codex.startThread({
      ...model.threadOptions({ workingDirectory: directory, sandboxMode: "workspace-write" as const, planTool: true }),
      approvalPolicy: "on-request",
      ...inspector.handlers,
    });
    const context = await openBrowser();
    const page = context.pages()[0] ?? (await context.newPage());
    const turn = thread.run("Mend the failing test.");
    turn.catch(() => undefined);
    const problems: string[] = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && problems.push(message.text()));
    page.on("pageerror", (error) => problems.push(String(error)));
    await page.goto(inspector.url);
    await page.getByRole("link", { name: /Mend the failing test/ }).click();
    expect(inspector.url).not.toContain("token");
    // Codex does not always send a command's output while it runs.
    const command = page.getByRole("article", { name: "Command" }).getByText("while [");
    await command.waitFor();
    await page.getByText("I look for the failing test.").waitFor();
    await screenshot(page, "running");
    // The link was used, and its token is not in the address bar: the session is a cookie.
    await page.reload();
    await command.waitFor();
    await expectAccessible(page);

    writeFileSync(path.join(directory, "go"), "");
    const request = page.getByRole("article", { name: "Approval request" });
    await request.getByText("May I install the dependencies?").waitFor();
    await page.getByText("1 test failed", { exact: true }).waitFor();
    await screenshot(page, "approval");
    await expectAccessible(page);
    await request.getByRole("button", { name: "Approve", exact: true }).click();
    const question = page.getByRole("article", { name: "Question from the agent" });
    await question.getByLabel("Another answer").check();
    await question.getByLabel("Answer: Shall I add a test?").fill("Two <b>tests</b>");
    await screenshot(page, "question");
    await expectAccessible(page);
    await question.getByRole("button", { name: "Answer" }).click();
    expect((await turn).finalResponse).toBe("The test passes now.");
    await page.getByRole("article", { name: "Agent" }).getByText("The test passes now.").waitFor();
    await page.getByRole("button", { name: "Save as test" }).waitFor();
    expect(model.requests.at(-1)?.lastOutput).toContain("Two <b>tests</b>");

    await page.getByRole("tab", { name: "Changes" }).click();
    await page.getByRole("group", { name: "Diff" }).getByText("export const add").waitFor();
    await screenshot(page, "changes");
    await expectAccessible(page);
    await page.getByLabel("Changes of").selectOption({ label: "the working tree" });
    await page.locator("summary", { hasText: "add.ts" }).waitFor();
    await page.getByRole("group", { name: "Diff" }).getByText("export const add").waitFor();
    await screenshot(page, "working-tree");
    await expectAccessible(page);
    await page.getByRole("tab", { name: "Usage" }).click();
    await page.locator(".plot canvas").first().waitFor();
    await page.getByText("The endpoint has not reported rate limits").waitFor();
    await screenshot(page, "usage");
    await expectAccessible(page);
    await page.getByRole("tab", { name: "Protocol" }).click();
    await page.getByText("turn/completed", { exact: true }).click();
    await page.getByRole("region", { name: "Protocol" }).getByText('"status": "completed"').first().waitFor();
    await screenshot(page, "protocol");
    await expectAccessible(page);
    await page.getByRole("tab", { name: "Timeline" }).click();

    await page.getByRole("button", { name: "Mark as reviewed" }).click();
    await page.getByRole("navigation").getByText("reviewed", { exact: true }).waitFor();

    await page.getByRole("textbox", { name: "Message" }).fill("And the others?");
    await page.getByRole("button", { name: "Send" }).click();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("interrupted").waitFor();
    await page.emulateMedia({ colorScheme: "dark" });
    await page.setViewportSize({ width: 360, height: 740 });
    await screenshot(page, "narrow-thread");
    await expectAccessible(page);
    const width = () => page.evaluate("document.documentElement.scrollWidth");
    expect(await width()).toBeLessThanOrEqual(360);
    for (const name of ["Changes", "Usage", "Protocol"]) {
      await page.getByRole("tab", { name }).click();
      await page.getByRole("region", { name, exact: true }).waitFor();
      await screenshot(page, `narrow-${name.toLowerCase()}`);
      expect(await width()).toBeLessThanOrEqual(360);
    }
    await expectAccessible(page);
    await page.getByRole("link", { name: "← Threads" }).click();
    // A thread that continued has lost its mark.
    expect(await page.getByRole("navigation").getByText("reviewed", { exact: true }).count()).toBe(0);
    await page.getByRole("link", { name: /Mend the failing test/ }).waitFor();
    await screenshot(page, "narrow-list");
    await expectAccessible(page);
    expect(existsSync(path.join(directory, "add.ts"))).toBe(true);

    await page.setViewportSize({ width: 1_200, height: 900 });
    model.play(hostileScript);
    const hostile = codex.startThread({
      ...model.threadOptions({ workingDirectory: directory, sandboxMode: "workspace-write" as const, planTool: true }),
      approvalPolicy: "on-request",
      ...inspector.handlers,
    });
    const attack = hostile.run(evil);
    attack.catch(() => undefined);
    await page.getByRole("link", { name: /hacked/ }).click();
    await page.getByRole("article", { name: "Approval request" }).getByText("hacked").first().waitFor();
    await expectHarmless(page);
    await page.getByRole("button", { name: "Approve", exact: true }).click();
    await page.getByRole("article", { name: "Question from the agent" }).waitFor();
    await expectHarmless(page);
    await page.getByRole("button", { name: "Decline" }).click();
    await expect(attack).rejects.toMatchObject({ code: "usage_limit" });
    await expect(hostile.run("Again.")).rejects.toThrow("hacked");
    await hostile.rename(`${evil}\ud800`);
    await page.getByRole("button", { name: "Save as test" }).nth(1).waitFor();
    for (const button of await page.getByRole("button", { name: "Raw" }).all()) await button.click();
    await page.getByLabel("Raw item").last().waitFor();
    await expectHarmless(page);
    for (const [tab, shown] of [
      ["Changes", "Diff"],
      ["Usage", "Rate limits"],
      ["Protocol", "Protocol"],
    ] as const) {
      await page.getByRole("tab", { name: tab }).click();
      // The last turn, which is shown first, changed nothing.
      if (tab === "Changes") await page.getByLabel("Changes of").selectOption({ label: "the thread" });
      await page.getByLabel(shown, { exact: true }).first().waitFor();
      await page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })");
      await expectHarmless(page);
    }
    await page.getByRole("tab", { name: "Changes" }).click();
    await page.getByLabel("Changes of").selectOption({ label: "the working tree" });
    await page.locator("summary", { hasText: "hacked" }).waitFor();
    await expectHarmless(page);
    // The endpoint reported them with its last response.
    await page.getByRole("tab", { name: "Usage" }).click();
    await page.getByText("primary: 87 % used").waitFor();
    await expectHarmless(page);
    expect(problems).toEqual([]);
  },
);

/** Markup, terminal sequences, control and invisible characters. */
const evil =
  '<img src=x onerror="hacked=1"><script>hacked=1</script><b>bold</b>\u202Egnp\u0007\u001b[31m\u001b]0;hacked\u0007\u200b';

const hostileScript = [
  [
    reason(evil),
    say(evil, { phase: "commentary" }),
    plan([evil]),
    runCommand(`printf '<img src=x onerror=hacked=1>\\033]0;hacked\\007\\000\\342\\200\\256'; : '${evil}'`, {
      login: false,
      escalate: evil,
    }),
  ],
  patch({ "<img src=x onerror=hacked=1>.ts": { add: `${evil}\n` } }),
  askUser({ id: "a", header: evil, question: evil, options: [{ label: evil, description: evil }] }),
  fail(429, {
    type: "usage_limit_reached",
    headers: { "x-codex-primary-used-percent": "87", "x-codex-primary-window-minutes": "300" },
  }),
  fail(400, { message: evil }),
];

/** No view has elements, code or raw control characters from the text of an agent. */
async function expectHarmless(page: Page): Promise<void> {
  const found = await page.evaluate(`({
    hasRun: "hacked" in window,
    elements: document.querySelectorAll("img, iframe, object, #root script, #root b, [onerror]").length,
    characters: document.documentElement.outerHTML.match(/[\\u0000-\\u0008\\u000B-\\u001F\\u007F\\u200B\\u202A-\\u202E\\uD800]/gu),
    title: document.title,
    showsText: document.body.innerText.includes("<img src=x"),
  })`);
  expect(found).toEqual({
    hasRun: false,
    elements: 0,
    characters: null,
    title: "Codex inspector",
    showsText: true,
  });
}
