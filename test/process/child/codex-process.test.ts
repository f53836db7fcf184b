// One process: its output, its start failures, and its end.
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { Redactor } from "../../../src/process/redaction/redactor.js";
import { CodexProcess } from "../../../src/process/child/codex-process.js";
import { isRunning, startShell, startTree, treeSize, until } from "../support.js";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), "codex-process-"));
});

afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

test("lines are read, text is written, and the end reports the exit code", async () => {
  const { process, lines } = startShell("read -r line; echo got $line; printf 'no line end'; exit 3");
  await process.spawned;
  process.write("hello\n");
  expect(await process.exited).toMatchObject({ exitCode: 3, signal: null, stderr: "" });
  expect(lines).toEqual(["got hello", "no line end"]);
});

test("the end of input reaches the process", async () => {
  const { process, lines } = startShell("cat; echo done");
  process.write("text");
  process.endInput();
  expect(await process.exited).toMatchObject({ exitCode: 0 });
  expect(lines).toEqual(["textdone"]);
});

test("a signal is reported by its name", async () => {
  const { process } = startShell("kill -KILL $$");
  expect(await process.exited).toMatchObject({ exitCode: null, signal: "SIGKILL", stderr: "" });
});

test("the last 8 KiB of stderr are kept, without colours and secrets", async () => {
  const script = `head -c 100000 /dev/zero | tr '\\0' x >&2; printf '\\033[31mred\\033[0m my-secret-value\\n' >&2`;
  const { process } = startShell(script, { redactor: new Redactor(["my-secret-value"]) });
  const { stderr } = await process.exited;
  expect(stderr).toMatch(/^x+red \[redacted\]$/);
  expect(Buffer.byteLength(stderr)).toBeLessThanOrEqual(8 * 1024);
  expect(process.stderrTail()).toBe(stderr);
});

test("a secret is redacted that the start of the last 8 KiB cuts", async () => {
  const tail = "y".repeat(8 * 1024 - "value".length);
  const { process } = startShell(`printf %s "my-secret-value${tail}" >&2`, {
    redactor: new Redactor(["my-secret-value"]),
  });
  expect((await process.exited).stderr).not.toContain("value");
});

test("a line over the limit is reported, and later lines are read", async () => {
  const tooLong: number[] = [];
  const options = { maxLineBytes: 1000, onOverflow: (bytes: number) => tooLong.push(bytes) };
  const { process, lines } = startShell("head -c 5000 /dev/zero | tr '\\0' x; echo; echo after", options);
  await process.exited;
  expect(lines).toEqual(["after"]);
  expect(tooLong).toHaveLength(1);
});

test.each([
  ["a missing executable", "./missing", undefined, /missing does not exist/],
  ["a file that cannot be executed", "./plain.txt", undefined, /plain\.txt cannot be executed.*chmod \+x/],
  ["a missing interpreter", "./script", undefined, /script does not exist, or the interpreter/],
  [
    "a missing working directory",
    "/bin/sh",
    "/nowhere/at/all",
    /working directory \/nowhere\/at\/all is not a directory/,
  ],
  ["an argument that no system accepts", "/bin/sh\0", undefined, /null bytes/],
])("%s is a CodexUnusableError, and the process has an end", async (_, file, cwd, message) => {
  await writeFile(path.join(directory, "plain.txt"), "text");
  await writeFile(path.join(directory, "script"), "#!/no/such/interpreter\n");
  await chmod(path.join(directory, "script"), 0o755);
  const executablePath = path.resolve(directory, file);
  const process = CodexProcess.start({ executablePath, args: [], env: {}, cwd, onLine: () => {} });
  process.write("into the void");
  await expect(process.spawned).rejects.toMatchObject({
    code: "codex_unusable",
    executablePath,
    message: expect.stringMatching(message),
  });
  expect(await process.exited).toMatchObject({ exitCode: null, signal: null, stderr: "" });
  expect(await process.terminate(1000)).toMatchObject({ exitCode: null, signal: null, stderr: "" });
});

test("16 MiB for a process that does not read them have no effect", async () => {
  const { process } = startShell("exec 0<&-; exit 7");
  process.write("x".repeat(16 * 1024 * 1024));
  process.endInput();
  expect(await process.exited).toMatchObject({ exitCode: 7 });
  process.write("after the end");
  process.endInput();
});

test("16 MiB reach a process that reads them", async () => {
  const { process, lines } = startShell("wc -c");
  process.write("x".repeat(16 * 1024 * 1024));
  process.endInput();
  await process.exited;
  expect(lines.map((line) => line.trim())).toEqual([String(16 * 1024 * 1024)]);
});

test.each(["sleep 60", "while :; do echo noise; sleep 0.02; done"])(
  "a descendant that keeps stdout open (%s) does not delay the end",
  async (descendant) => {
    const { process, lines } = startShell(`(${descendant}) & echo pid descendant $!; exit 0`);
    await until(() => lines.length > 0);
    const start = performance.now();
    expect(await process.exited).toMatchObject({ exitCode: 0 });
    expect(performance.now() - start).toBeLessThan(2000);
    await process.terminate(0);
  },
);

test("all output is read when the host was too busy to read until after the exit", async () => {
  const { process, lines } = startShell("(sleep 60) & seq 1 5000; echo last");
  await process.spawned;
  const busyUntil = performance.now() + 500;
  while (performance.now() < busyUntil);
  await process.exited;
  expect(lines).toHaveLength(5001);
  expect(lines.at(-1)).toBe("last");
  await process.terminate(0);
});

test("terminate ends a tree that obeys SIGTERM long before the grace period ends", async () => {
  const { process, pids } = startTree("polite");
  const members = await pids(treeSize);
  const start = performance.now();
  await process.terminate(20_000);
  expect(performance.now() - start).toBeLessThan(5000);
  expect(members.filter(isRunning)).toEqual([]);
});

test("terminate ends a tree that ignores SIGTERM after the grace period, not earlier", async () => {
  const { process, pids } = startTree("stubborn");
  const members = await pids(treeSize);
  const start = performance.now();
  const ending = process.terminate(500);
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(members.every(isRunning)).toBe(true);
  expect(await ending).toMatchObject({ exitCode: null, signal: "SIGKILL" });
  expect(performance.now() - start).toBeGreaterThanOrEqual(500);
  expect(members.filter(isRunning)).toEqual([]);
});

test("terminate ends the descendants of a dead process", async () => {
  const { process, pids } = startTree("stubborn");
  const [root, ...others] = await pids(treeSize).then((all) => all.toSorted((a) => (a === process.pid ? -1 : 1)));
  globalThis.process.kill(root!, "SIGKILL");
  await process.exited;
  expect(others.every(isRunning)).toBe(true);
  await process.terminate(100);
  expect(others.filter(isRunning)).toEqual([]);
});

test("a process that ends when its input ends is not killed", async () => {
  const { process } = startShell("trap '' TERM; cat; exit 5");
  await process.spawned;
  expect(await process.terminate(10_000)).toMatchObject({ exitCode: 5, signal: null });
});

test("terminate can be called again, immediately and later", async () => {
  const { process } = startShell("cat");
  const first = process.terminate(1000);
  expect(process.terminate(1)).toBe(first);
  await first;
  expect(await process.terminate(1)).toBe(await first);
});

test("a process without marks has exactly the environment that was passed", async () => {
  const env = { A: "1" };
  const marked = startShell("env", { env });
  const unmarked = startShell("env", { env, marked: false });
  await Promise.all([marked.process.exited, unmarked.process.exited]);
  const names = ({ lines }: { lines: string[] }) =>
    lines.map((line) => line.split("=")[0]).filter((name) => !/^(_|PWD|SHLVL)$/.test(name!));
  expect(names(unmarked)).toEqual(["A"]);
  expect(names(marked)).toEqual(expect.arrayContaining(["A", "CODEX_SDK_RUNTIME"]));
});

test("a mark that is added later finds a daemon", async () => {
  const script = "(FOO_ID=abc-123 setsid sh -c 'echo pid daemon $$; sleep 60' &); sleep 60";
  const { process, pids } = startShell(script, { marked: false });
  process.addMarker("FOO_ID=abc-123");
  const [daemon] = await pids(1);
  await process.terminate(1000);
  expect(isRunning(daemon!)).toBe(false);
});

test("many processes leave no listener, timer or pipe in the host", async () => {
  const events = ["exit", "SIGINT", "SIGTERM", "SIGHUP", "beforeExit", "uncaughtException", "unhandledRejection"];
  const listeners = () => events.map((name) => globalThis.process.listenerCount(name));
  const handles = () => globalThis.process.getActiveResourcesInfo().filter((name) => /Pipe|Process/.test(name)).length;
  const before = { listeners: listeners(), handles: handles() };
  const runs = Array.from({ length: 20 }, (_, index) => startShell(index % 2 ? "exit 0" : "sleep 60"));
  expect(handles()).toBeGreaterThan(before.handles + 20);
  await Promise.all(runs.map(({ process }, index) => (index % 2 ? process.exited : process.terminate(1000))));
  await until(() => handles() <= before.handles);
  expect(listeners()).toEqual(before.listeners);
});
