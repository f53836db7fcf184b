// `npm test` and `npm run check`: runs the named groups of steps and ends with the line "N passed, N failed".
//
//   node scripts/run.mjs test          what matters to users: the build, the package, types, tests
//   node scripts/run.mjs check         the source alone: lint, formatting, layers, unused code, API pages
//   node scripts/run.mjs check test    both, as CI does, with one total
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { constants, setPriority, tmpdir } from "node:os";
import path from "node:path";
import { stripVTControlCharacters } from "node:util";

const root = path.resolve(import.meta.dirname, "..");
const scratch = mkdtempSync(path.join(tmpdir(), "codex-sdk-test-"));
const total = { passed: 0, failed: 0 };
const running = new Set();
/** The lines that wait for the end of Vitest. */
let heldBack;
process.on("exit", () => {
  for (const child of running) child.kill();
  rmSync(scratch, { recursive: true, force: true });
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit(1));

// A log would show colour codes as text. Some tools do not turn them off in CI by themselves.
const isColourful = process.stdout.isTTY || Boolean(process.env.FORCE_COLOR);
if (!isColourful) process.env.NO_COLOR = "1";

const groups = ["check", "test"];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !groups.includes(name));
if (wanted.length === 0 || unknown.length > 0) {
  process.stderr.write(`Usage: node scripts/run.mjs ${groups.join("|")} …\n`);
  process.exit(1);
}

/** The source alone. */
const checkSteps = [
  ["lint", bin("oxlint", "oxlint")],
  ["format", bin("oxfmt", "oxfmt", "--check", ".")],
  ["layers", bin("dependency-cruiser", "depcruise", "src")],
  ["unused code and dependencies (knip)", bin("knip", "knip")],
  // Public types that are not exported show here. `test` checks the types themselves.
  ["API pages (typedoc)", bin("typedoc", "typedoc", "--emit", "none", "--skipErrorChecking")],
];
const typeSteps = [
  // The type tests are checked here: they need not run.
  ["types", bin("typescript-7", "tsc", "-p", "tsconfig.json")],
  ["types of the inspector's page", bin("typescript-7", "tsc", "-p", "src/inspect/page/tsconfig.json")],
  ["types of the chat's page", bin("typescript-7", "tsc", "-p", "examples/chat/web/tsconfig.json")],
];

// Types, lint with types, and API pages need the generated protocol.
await step("protocol types", node("scripts/generate-protocol.mjs"));
if (wanted.includes("test")) await test(wanted.includes("check") ? [...checkSteps, ...typeSteps] : typeSteps);
else await inLanes(2, checkSteps);

process.exitCode = total.failed === 0 ? 0 : 1;
process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);

/** The tests wait for Codex a part of the time. The other steps run in that time, with the lowest priority. */
async function test(otherSteps) {
  const inBackground = (steps) => inLanes(1, steps, { priority: constants.priority.PRIORITY_LOW });
  const background = inBackground(otherSteps);
  // What users get is built and packed first. The tests of the package look at this very file.
  if (await step("build", node("scripts/build.mjs"))) await step("pack", npm("pack", "--pack-destination", scratch));
  const tarball = readdirSync(scratch)
    .filter((name) => name.endsWith(".tgz"))
    .map((name) => path.join(scratch, name))[0];
  if (tarball) process.env.PACKED_TARBALL = tarball;
  const packageSteps = tarball
    ? [
        ["package (publint)", bin("publint", "publint", "run", "--strict", tarball)],
        ["package types (attw)", bin("@arethetypeswrong/cli", "attw", "--profile", "esm-only", tarball)],
      ]
    : [];
  await Promise.all([vitest(), background, background.then(() => inBackground(packageSteps))]);
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

/** Prints it at once, in a terminal after the progress that Vitest redraws there. */
function print(text) {
  if (heldBack === undefined) process.stdout.write(text);
  else heldBack += text;
}

/** Runs that many steps at a time. */
async function inLanes(count, steps, options) {
  const waiting = steps.values();
  const lane = async () => {
    for (const [name, command] of waiting) await step(name, command, options);
  };
  await Promise.all(Array.from({ length: count }, lane));
}

/** One line for a step that passes, its whole output for one that does not. Each counts as one check. */
async function step(name, [command, args], options) {
  const { exitCode, output, seconds } = await run(command, args, { limitMs: 600_000, ...options });
  const passed = exitCode === 0;
  total[passed ? "passed" : "failed"] += 1;
  print(`${passed ? "✓" : "✗"} ${name} (${seconds} s)\n${passed ? "" : `${readable(output)}\n`}`);
  return passed;
}

function readable(output) {
  return isColourful ? output : stripVTControlCharacters(output);
}

async function vitest() {
  const report = path.join(scratch, "vitest.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const [command, args] = bin("vitest", "vitest", "run", "--allowOnly=false", ...reporters);
  if (process.stdout.isTTY) heldBack = "";
  const { exitCode, signal } = await run(command, args, { limitMs: 1_800_000, show: true });
  process.stdout.write(heldBack ?? "");
  heldBack = undefined;
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
function run(command, args, { limitMs, show = false, priority = 0 }) {
  const started = Date.now();
  const output = show ? "inherit" : "pipe";
  const child = spawn(command, args, { cwd: root, stdio: ["ignore", output, output] });
  running.add(child);
  if (priority !== 0 && child.pid !== undefined) setPriority(child.pid, priority);
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
