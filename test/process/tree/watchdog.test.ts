// The host is killed, or just ends: Codex and all of its descendants end too.
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import readline from "node:readline";
import { afterEach, expect, test } from "vitest";
import { descendants, fixture, isRunning, pidsIn, startShell, startTree, treeSize, until } from "../support.js";
import { compiled } from "../../support/host-program.js";

const hosts: ChildProcess[] = [];

afterEach(() => {
  for (const host of hosts.splice(0)) host.kill("SIGKILL");
});

test.each(["polite", "stubborn"])("when a host is killed, its %s tree ends too", async (manner) => {
  const { host, pids } = await startHost("stay", "/bin/sh", fixture("tree.sh"), manner);
  // The root is reported twice: by the host, and by itself.
  const members = await pids(treeSize + 1);
  const shell = (await descendants(host.pid!)).filter(({ pid }) => commandOf(pid).includes("codex-sdk-watchdog"));
  expect(shell).toHaveLength(1);
  host.kill("SIGKILL");
  await until(() => ![...members, shell[0]!.pid].some(isRunning));
});

test("a host that has nothing left to do exits although Codex was never closed, and ends it", async () => {
  const { host, pids } = await startHost(
    "leave",
    "/bin/sh",
    "-c",
    "echo pid codex $$; trap '' TERM; while :; do sleep 0.1; done",
  );
  const [exitCode] = await once(host, "exit");
  expect(exitCode).toBe(0);
  const [codex] = await pids(1);
  await until(() => !isRunning(codex!));
});

test("a host that waits for a process runs as long as the process", async () => {
  const { host } = await startHost("stay", "/bin/sh", "-c", "sleep 0.3; exit 4");
  const [exitCode] = await once(host, "exit");
  expect(exitCode).toBe(0);
});

test("one shell watches all processes, and ends with the last", async () => {
  const first = startTree("polite");
  const second = startShell("sleep 60");
  await first.pids(treeSize);
  expect(await watchdogs()).toHaveLength(1);
  await first.process.terminate(2000);
  expect(await watchdogs()).toHaveLength(1);
  await second.process.terminate(2000);
  expect(await watchdogs()).toHaveLength(0);

  const third = startShell("exit 0");
  await third.process.exited;
  expect(await watchdogs()).toHaveLength(0);
});

test("the shell has no variable of the host's environment", async () => {
  process.env["SOME_SECRET"] = "sk-fake-of-the-host";
  const { process: watched } = startShell("sleep 60");
  const [watchdog] = await watchdogs();
  const shown = ["environ", "cmdline"].map((file) => readFileSync(`/proc/${watchdog}/${file}`, "utf8")).join();
  expect(shown).toContain("codex-sdk-watchdog");
  expect(shown).not.toContain("sk-fake-of-the-host");
  delete process.env["SOME_SECRET"];
  await watched.terminate(2000);
});

async function watchdogs(): Promise<number[]> {
  const below = await descendants(process.pid);
  return below.map(({ pid }) => pid).filter((pid) => commandOf(pid).includes("codex-sdk-watchdog"));
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}

async function startHost(...args: string[]) {
  const host = spawn(process.execPath, [await compiled("test/process/fixtures/host.ts"), ...args], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  hosts.push(host);
  const lines: string[] = [];
  readline.createInterface({ input: host.stdout }).on("line", (line) => lines.push(line));
  const pids = async (count: number) => {
    await until(() => pidsIn(lines).length >= count);
    return pidsIn(lines);
  };
  return { host, pids };
}
