// A real Chromium for tests of pages.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import type { BrowserContext, Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";
import { temporaryDirectory } from "./workspace.js";

export const chromiumPath = [process.env["CHROMIUM_PATH"], "/usr/bin/chromium", "/usr/bin/chromium-browser"].find(
  (file) => file !== undefined && existsSync(file),
);
/** The suffix for the name of a test that needs it. */
export const chromiumMissing = chromiumPath
  ? ""
  : " (skipped: Chromium is missing; apt-get install chromium, or set CHROMIUM_PATH)";

/** The browser ends with the test. */
export async function openBrowser(options: { width?: number; height?: number } = {}): Promise<BrowserContext> {
  const context = await chromium.launchPersistentContext(temporaryDirectory("codex-sdk-browser-"), {
    ...(chromiumPath !== undefined && { executablePath: chromiumPath }),
    headless: true,
    viewport: { width: options.width ?? 1_200, height: options.height ?? 900 },
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  });
  onTestFinished(() => context.close());
  context.setDefaultTimeout(20_000);
  return context;
}

/** Expects that axe finds no accessibility fault on the page. */
export async function expectAccessible(page: Page): Promise<void> {
  const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js");
  const { readFileSync } = await import("node:fs");
  // Evaluated by the debugger, to which the page's Content-Security-Policy does not apply.
  await page.evaluate(readFileSync(axe, "utf8"));
  const violations = await page.evaluate("axe.run().then(({ violations }) => violations)");
  const found = (violations as { id: string; nodes: { html: string; failureSummary?: string }[] }[]).map(
    ({ id, nodes }) =>
      `${id}: ${nodes.map(({ html, failureSummary }) => `${html} ${failureSummary ?? ""}`).join("\n")}`,
  );
  expect(found).toEqual([]);
}
