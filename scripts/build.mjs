// Builds dist/: protocol types from the pinned codex, declarations with tsc (which fails on type errors), the bundle, and the
// inspector's page.
import { execFileSync } from "node:child_process";
import { cpSync, rmSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");

for (const folder of ["dist", ".types"]) rmSync(path.join(root, folder), { recursive: true, force: true });
run("scripts/generate-protocol.mjs");
run("node_modules/typescript-7/bin/tsc", "-p", "tsconfig.build.json");
run("node_modules/tsdown/dist/run.mjs", "--logLevel", "error");
rmSync(path.join(root, ".types"), { recursive: true, force: true });
run("scripts/inspect-page.mjs");
cpSync(path.join(root, "src/inspect/assets"), path.join(root, "dist/inspect/assets"), { recursive: true });

function run(script, ...args) {
  try {
    execFileSync(process.execPath, [path.join(root, script), ...args], { cwd: root, stdio: "inherit" });
  } catch (error) {
    console.error(`Build failed in ${path.basename(script)}.`);
    process.exit(error.status ?? 1);
  }
}
