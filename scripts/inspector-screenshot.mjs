// Creates the screenshots of docs/inspector.md with the test of the page.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const folder = mkdtempSync(path.join(tmpdir(), "codex-sdk-screenshots-"));
try {
  execFileSync(process.execPath, ["node_modules/vitest/vitest.mjs", "run", "test/inspect/page.test.ts"], {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, SCREENSHOTS: folder },
  });
  copyFileSync(path.join(folder, "approval-light.png"), path.join(root, "docs/inspector.png"));
  copyFileSync(path.join(folder, "working-tree-dark.png"), path.join(root, "docs/inspector-changes.png"));
} finally {
  rmSync(folder, { recursive: true, force: true });
}
