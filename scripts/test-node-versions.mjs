// Runs the property tests of the line splitter and JSON-RPC with each supported Node.js: `npm run test:node-versions`.
// The binaries are npm packages `node-<platform>-<arch>` of about 50 MB each, installed to a temporary folder.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "..");
const versions = process.argv.length > 2 ? process.argv.slice(2) : ["20", "22", "24"];
const tests = ["test/process/child/line-splitter.test.ts", "test/app-server/connection/json-rpc/json-rpc-peer.test.ts"];
const platform = process.platform === "win32" ? "win" : process.platform;
const packageName = `node-${platform}-${process.arch}`;
const failed = [];

for (const version of versions) {
  const folder = mkdtempSync(path.join(tmpdir(), "codex-sdk-node-"));
  try {
    if (!passes(version, folder)) failed.push(version);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log(
  failed.length === 0 ? `Node.js ${versions.join(", ")}: all pass.` : `Node.js ${failed.join(", ")}: failed.`,
);
process.exitCode = failed.length === 0 ? 0 : 1;

function passes(version, folder) {
  const npm = ["install", "--prefix", folder, "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"];
  if (!run(...npmCommand(), ...npm, `${packageName}@${version}`)) return false;
  const bin = platform === "win" ? "bin/node.exe" : "bin/node";
  const node = path.join(folder, "node_modules", packageName, bin);
  console.log(`\nNode.js ${spawnSync(node, ["--version"], { encoding: "utf8" }).stdout.trim()}`);
  return run(node, path.join(root, "node_modules/vitest/vitest.mjs"), "run", ...tests);
}

function npmCommand() {
  const cli = process.env.npm_execpath;
  return cli ? [process.execPath, cli] : ["npm"];
}

function run(command, ...args) {
  return spawnSync(command, args, { cwd: root, stdio: "inherit", timeout: 300_000 }).status === 0;
}
