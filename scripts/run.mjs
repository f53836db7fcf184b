// `npm test` and `npm run check`: runs the named groups of steps and ends with the line "N passed, N failed".
//
//   node scripts/run.mjs test          what matters to users: the build, the package, types, tests
//   node scripts/run.mjs check         the source alone: lint, formatting, layers, unused code, API pages
//   node scripts/run.mjs check test    both, as CI does, with one total
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

const root = path.resolve(import.meta.dirname, "..");
const scratch = mkdtempSync(path.join(tmpdir(), "codex-sdk-test-"));
const total = { passed: 0, failed: 0 };
const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill();
  rmSync(scratch, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

// A log would show colour codes as text. Some tools do not turn them off in CI by themselves.
const isColourful = process.stdout.isTTY || Boolean(process.env.FORCE_COLOR);
if (!isColourful) process.env.NO_COLOR = "1";

const groups = { check, test };
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !Object.hasOwn(groups, name));
if (wanted.length === 0 || unknown.length > 0) {
  process.stderr.write(`Usage: node scripts/run.mjs ${Object.keys(groups).join("|")} …\n`);
  process.exit(1);
}
// Types, lint with types, and API pages need the generated protocol.
await step("protocol types", node("scripts/generate-protocol.mjs"));
for (const name of wanted) await groups[name]();

process.exitCode = total.failed === 0 ? 0 : 1;
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);

async function check() {
  await twoAtATime([
    ["lint", bin("oxlint", "oxlint")],
    ["format", bin("oxfmt", "oxfmt", "--check", ".")],
    ["layers", bin("dependency-cruiser", "depcruise", "src")],
    ["unused code and dependencies (knip)", bin("knip", "knip")],
    // Reports public types that are not exported. `test` checks the types themselves.
    ["API pages (typedoc)", bin("typedoc", "typedoc", "--emit", "none", "--skipErrorChecking")],
  ]);
}

async function test() {
  // Built and packed first: the checks of the package use this tarball.
  if (await step("build", node("scripts/build.mjs"))) await step("pack", npm("pack", "--pack-destination", scratch));
  const tarball = readdirSync(scratch)
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => path.join(scratch, name))[0];
  if (tarball) process.env.PACKED_TARBALL = tarball;
  await twoAtATime([
    // Includes the type tests, which are compiled but not run.
    ["types", bin("typescript-7", "tsc", "-p", "tsconfig.json")],
    ["types of the inspector's page", bin("typescript-7", "tsc", "-p", "src/inspect/page/tsconfig.json")],
    ["types of the chat's page", bin("typescript-7", "tsc", "-p", "examples/chat/web/tsconfig.json")],
    ...(tarball
      ? [
          ["package (publint)", bin("publint", "publint", "run", "--strict", tarball)],
          ["package types (attw)", bin("@arethetypeswrong/cli", "attw", "--profile", "esm-only", tarball)],
        ]
      : []),
  ]);
  await vitest();
}

function node(script, ...args) {
  return [process.execPath, [path.join(root, script), ...args]];
}

/** The executable of a package, without npx and its shells. */
function bin(name, command, ...args) {
  const folder = path.join("node_modules", name);
  const { bin } = JSON.parse(readFileSync(path.join(root, folder, "package.json"), "utf8"));
  return node(path.join(folder, typeof bin === "string" ? bin : bin[command]), ...args);
}

function npm(...args) {
  // Without scripts, because `prepack` would build again.
  const withoutScripts = [...args, "--ignore-scripts", "--silent"];
  const cli = process.env.npm_execpath;
  return cli ? [process.execPath, [cli, ...withoutScripts]] : ["npm", withoutScripts];
}

async function twoAtATime(steps) {
  const waiting = steps.values();
  const lane = async () => {
    for (const [name, command] of waiting) await step(name, command);
  };
  await Promise.all([lane(), lane()]);
}

/** Prints one line if the step passes, and its output if it fails. Each step counts as one check. */
async function step(name, [command, args]) {
  const { exitCode, output, seconds } = await run(command, args, { limitMs: 600_000 });
  const passed = exitCode === 0;
  total[passed ? "passed" : "failed"] += 1;
  process.stdout.write(`${passed ? "✓" : "✗"} ${name} (${seconds} s)\n${passed ? "" : `${readable(output)}\n`}`);
  return passed;
}

function readable(output) {
  return isColourful ? output : stripVTControlCharacters(output);
}

async function vitest() {
  const report = path.join(scratch, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const [command, args] = bin("vitest", "vitest", "run", "--allowOnly=false", ...reporters);
  const { exitCode, signal } = await run(command, args, { limitMs: 1_800_000, show: true });
  if (!existsSync(report)) process.stdout.write(`vitest ended without a report (${signal ?? exitCode}).\n`);
  const { passed, failed } = counts(report);
  total.passed += passed;
  // A crash or an unhandled rejection outside a test fails the run even if no test failed.
  total.failed += exitCode !== 0 && failed === 0 ? 1 : failed;
}

function counts(report) {
  if (!existsSync(report)) return { passed: 0, failed: 0 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  // A file that cannot be loaded or set up fails without a failed test.
  const brokenFiles = testResults.filter(
    ({ status, assertionResults }) => status === "failed" && !assertionResults.some((test) => test.status === "failed"),
  );
  return { passed: numPassedTests, failed: numFailedTests + brokenFiles.length };
}

/** Kills the process at the limit. With `show`, the output is inherited. */
function run(command, args, { limitMs, show = false }) {
  const started = Date.now();
  const output = show ? "inherit" : "pipe";
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", output, output] });
  running.add(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", (data) => (text += data));
  const limit = setTimeout(() => {
    text += `\nStopped after ${limitMs / 1000} s.\n`;
    child.kill("SIGKILL");
  }, limitMs);
  return new Promise((resolve) => {
    const done = (exitCode, signal) => {
      clearTimeout(limit);
      running.delete(child);
      resolve({ exitCode, signal, output: text, seconds: ((Date.now() - started) / 1000).toFixed(1) });
    };
    child.on("error", (error) => {
      text += `${error.message}\n`;
      done(null);
    });
    child.on("close", done);
  });
}
