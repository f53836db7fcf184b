// The TypeScript compiler's errors for a user's program.
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "../support/workspace.js";

const compiler = path.join(root, "node_modules/typescript-7/bin/tsc");

/** The compiler's errors for these files of `folder` under the options of a tsconfig.json; empty if they compile. */
export function typeErrors(folder: string, files: readonly string[], options: Record<string, unknown>): string {
  const strict = { target: "ES2023", strict: true, skipLibCheck: false, noEmit: true };
  const config = path.join(folder, "tsconfig.check.json");
  writeFileSync(config, JSON.stringify({ compilerOptions: { ...strict, ...options }, files }));
  const args = [compiler, "-p", config, "--pretty", "false"];
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: folder,
    encoding: "utf8",
    timeout: 120_000,
    maxBuffer: 100e6,
  });
  rmSync(config);
  if (error) throw error;
  if (status === null || (status !== 0 && stdout === "")) throw new Error(`The compiler failed: ${stderr}`);
  return stdout;
}
