// A long thread in a real Chromium: 10,000 items with hostile texts, and an output of 50 MB.
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { buildInspectPage } from "../../scripts/inspect-page.mjs";
import type { Codex, StoredThread, ThreadItem } from "../../src/index.js";
import { inspect } from "../../src/inspect/index.js";
import { chromiumMissing, chromiumPath, openBrowser } from "../support/browser.js";

beforeAll(() => buildInspectPage());

const id = "01a00000-0000-7000-8000-000000000001";
const hostile =
  '<img src=x onerror="document.title=1"><script>document.title=1</script>\u001B[31mred\u001B[0m \u202Eevil\0';

function longThread(): StoredThread {
  const items = Array.from({ length: 10_000 }, (_, index): ThreadItem => {
    if (index % 2 === 0) return { id: `m${index}`, type: "agent_message", text: `Message ${index} ${hostile}` };
    return {
      id: `c${index}`,
      type: "command_execution",
      command: `echo ${index}`,
      aggregated_output: index === 9_999 ? `${"0123456789abcdef".repeat(3_276_800)}\nthe end` : `line ${index}\n`,
      exit_code: 0,
      status: "completed",
    };
  });
  const date = new Date(0);
  const usage = { usage: null, calls: [], subagents: [], totalUsage: null, cost: null };
  const turn = { id: "turn-1", status: "completed", startedAt: date, completedAt: date, durationMs: 1, ...usage };
  const record = { id, name: hostile, preview: hostile, createdAt: date, updatedAt: date, lastUsedAt: date, cwd: "/x" };
  const rest = {
    git: null,
    model: "m",
    modelProvider: "p",
    source: "vscode",
    status: "idle",
    archived: false,
    path: null,
  };
  const turns = [{ ...turn, input: [{ type: "text", text: hostile }], items, finalResponse: "", error: null }];
  return { ...record, ...rest, parentThreadId: null, forkedFromId: null, turns } as unknown as StoredThread;
}

test.runIf(chromiumPath)(
  `a long and hostile thread remains text, and remains responsive${chromiumMissing}`,
  async () => {
    const thread = longThread();
    // Only the size of the thread matters here. The real Codex would need minutes to create it.
    const codex = {
      readThread: () => Promise.resolve(thread),
      listThreads: () => ({ page: () => Promise.resolve({ threads: [thread], nextCursor: null }) }),
      request: () => Promise.resolve({ thread: { path: import.meta.filename }, data: [], nextCursor: null }),
      on: () => () => undefined,
      observe: () => () => undefined,
    } as unknown as Codex;
    const inspector = await inspect(codex);
    onTestFinished(() => inspector.close());
    const context = await openBrowser();
    const page = context.pages()[0] ?? (await context.newPage());
    const requests: string[] = [];
    page.on("request", (request) => requests.push(request.url()));
    await page.goto(inspector.url);
    await page.getByRole("link", { name: /img src/ }).click();
    await page.getByText("Message 0 <img").waitFor();
    const started = performance.now();
    await page.getByRole("region", { name: "Timeline" }).press("End");
    await page.getByText("the end").waitFor();
    const jumped = performance.now() - started;
    expect(await page.getByRole("listitem").count()).toBeLessThan(150);
    const paged = performance.now();
    await page.getByRole("button", { name: "Beginning" }).click();
    await page.getByText(/Characters 0–65,536 of 52,428,808/).waitFor();
    const read = performance.now() - paged;
    expect(jumped).toBeLessThan(10_000);
    expect(read).toBeLessThan(10_000);
    if (process.env["MEASURE"])
      process.stdout.write(`to the end ${jumped.toFixed(0)} ms, output ${read.toFixed(0)} ms\n`);
    // Nothing was executed or loaded, and no control character of the terminal remains.
    expect(await page.title()).toBe("Codex inspector");
    expect(requests.filter((url) => new URL(url).origin !== `http://127.0.0.1:${inspector.port}`)).toEqual([]);
    expect(requests.filter((url) => new URL(url).pathname === "/x")).toEqual([]);
    expect(await page.locator("img, iframe, main script").count()).toBe(0);
    const text = await page.locator("main").textContent();
    for (const character of ["\0", "\u001B", "\u202E"]) expect(text).not.toContain(character);
  },
);
