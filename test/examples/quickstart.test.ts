// The quickstart as a user runs it: in a log, in a terminal, interrupted, and with their own account.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { patch, say } from "../../src/testing/index.js";
import { compiled } from "../support/host-program.js";
import { ownCodexHome } from "../support/own-codex-home.js";
import { repository, scriptedModel, temporaryDirectory } from "../support/workspace.js";
import { root, start } from "./run.js";

const timeout = 120_000;
const onLinux = process.platform === "linux";
const main = "examples/quickstart/main.ts";
const quickstart = [await compiled(main)];
const escape = "\u001B[";

test("npm start runs the quickstart", () => {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  expect(manifest.scripts.start).toBe(`node --import tsx ${main}`);
});

test(
  "without a terminal it prints plain lines, and leaves nothing behind",
  async () => {
    const directory = temporaryDirectory();
    const run = start(process.execPath, quickstart, { TMPDIR: directory });
    expect(await run.ended).toEqual(endedWith(0));

    const lines = run.output.split("\n").map((line) => line.trim());
    const order = ["Diagnose", "Implement", "Summarize", "Resume", "Verify", "What changed", "Duration"];
    expect(lines.filter((line) => order.includes(line))).toEqual(order);
    // The command really ran, before and after the patch.
    expect(run.output).toMatch(/✗ node --test-reporter=spec clock\.test\.js {2}exit 1/);
    expect(run.output).toMatch(/✓ update clock\.js {2}\+1 -1/);
    expect(run.output).toMatch(/✓ node --test-reporter=spec clock\.test\.js/);
    expect(run.output).toMatch(/clock\(65\) returns "1:5", but the test expects "1:05"/);
    expect(lines).toContain("tests    2 passed, 0 failed");
    // This text is only in the history.
    expect(run.output).toContain('You first asked me to "Diagnose the test failure and propose a fix"');
    expect(lines).toContain('+  return `${minutes}:${String(seconds % 60).padStart(2, "0")}`;');
    expect(run.output).toMatch(/Total +\d+(\.\d)? s/);

    expect(run.output).not.toContain(escape);
    expect(run.output).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
    expect(leftIn(directory)).toEqual([]);
    if (onLinux) expect(run.processes()).toEqual([]);
  },
  timeout,
);

test.runIf(onLinux).each(["✓ update clock.js"])(
  "Ctrl-C after %j ends it with 130 and leaves nothing behind",
  async (moment) => {
    const directory = temporaryDirectory();
    const run = start("npm", ["start", "--silent"], { TMPDIR: directory });
    await run.shows(moment);
    const homes = run.valuesOf("CODEX_HOME").filter((home) => path.basename(home).startsWith("codex-home-"));
    run.interrupt();
    expect(await run.ended).toEqual(endedWith(130));
    expect(run.output).toContain("Stopped.");
    expect(run.processes()).toEqual([]);
    expect(leftIn(directory)).toEqual([]);
    expect(homes.filter((home) => existsSync(home))).toEqual([]);
  },
  timeout,
);

test.runIf(onLinux && works("script", "--quiet", "--return", "--command", "true", "/dev/null"))(
  "in a terminal one line shows the progress; with NO_COLOR it has no colours",
  async () => {
    const command = `stty cols 60 rows 24 && exec env -u FORCE_COLOR NO_COLOR=1 TERM=xterm ${process.execPath} ${quickstart.join(" ")}`;
    const run = start("script", ["--quiet", "--return", "--command", command, "/dev/null"]);
    expect(await run.ended).toEqual(endedWith(0));
    expect(run.output).toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] thinking \d/);
    const [first = "", ...codes] = run.output.split(escape);
    expect(codes.filter((code) => /^[\d;]*m/.test(code))).toEqual([]);
    // The cursor is hidden while it works and visible again at the end.
    expect(run.output.lastIndexOf(`${escape}?25h`)).toBeGreaterThan(run.output.lastIndexOf(`${escape}?25l`));
    const texts = [first, ...codes.map((code) => code.replace(/^[\d;?]*[A-Za-z]/, ""))];
    const longest = Math.max(...texts.flatMap((text) => text.split(/[\r\n]+/)).map((line) => line.length));
    expect(longest).toBeLessThanOrEqual(60);
  },
  timeout,
);

test.runIf(onLinux && works("unshare", "--user", "--map-root-user", "true"))(
  "without a working sandbox it reports that, and runs nothing unsandboxed",
  async () => {
    const directory = temporaryDirectory();
    const command = `echo 0 > /proc/sys/user/max_user_namespaces && exec ${process.execPath} ${quickstart.join(" ")}`;
    const run = start("unshare", ["--user", "--map-root-user", "sh", "-c", command], { TMPDIR: directory });
    expect(await run.ended).toEqual(endedWith(1));
    expect(run.output).toContain("Codex's sandbox does not work on this machine: bwrap: ");
    expect(run.output).toContain("user.max_user_namespaces");
    expect(run.output).not.toContain("shows minutes and seconds");
    expect(leftIn(directory)).toEqual([]);
  },
  timeout,
);

test(
  "--live runs the prompt with the user's own Codex, in the directory where npm was called",
  async () => {
    const model = await scriptedModel([patch({ "hello.txt": { add: "hello\n" } }), say("I wrote hello.txt.")]);
    const directory = repository();
    const run = start(process.execPath, [...quickstart, "--live", "Say", "hello"], {
      INIT_CWD: directory,
      CODEX_HOME: ownCodexHome(model),
    });
    expect(await run.ended).toEqual(endedWith(0));
    expect(readFileSync(path.join(directory, "hello.txt"), "utf8")).toBe("hello\n");
    expect(run.output).toContain("I wrote hello.txt.");
    expect(run.output).toContain("+hello");
    expect(model.requests[0]?.lastUserText).toBe("Say hello");
    model.assertDone();
  },
  timeout,
);

test("--live outside a git repository reports what to do", async () => {
  const run = start(process.execPath, [...quickstart, "--live", "hello"], { INIT_CWD: temporaryDirectory() });
  expect(await run.ended).toEqual(endedWith(1));
  expect(run.output).toContain("git init");
});

test("unknown arguments end it with 2 and the usage", async () => {
  const run = start(process.execPath, [...quickstart, "--unknown"]);
  expect(await run.ended).toEqual(endedWith(2));
  expect(run.output).toContain("--unknown");
  expect(run.output).toContain("npm start -- --live");
});

/** With its output, so that a failed test shows it. */
function endedWith(exitCode: number) {
  return { exitCode, output: expect.any(String) };
}

/**
 * tsx keeps its cache there, and Codex keeps one directory of locks for each user. Codex's sandbox creates empty files and
 * directories to protect these names, and removes them when its command ends: Ctrl-C ends the sandbox before that.
 */
function leftIn(directory: string): string[] {
  const isSandboxes = (name: string) => /^\.(agents|aws|codex|git)$/.test(name) && isEmpty(path.join(directory, name));
  return readdirSync(directory).filter((name) => !/^(tsx-|codex-bwrap-)/.test(name) && !isSandboxes(name));
}

function isEmpty(file: string): boolean {
  const found = statSync(file);
  return found.isDirectory() ? readdirSync(file).length === 0 : found.size === 0;
}

function works(command: string, ...args: string[]): boolean {
  return spawnSync(command, args).status === 0;
}
