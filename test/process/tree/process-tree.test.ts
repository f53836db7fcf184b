// The descendants of processes, by marks and by parents, and ending some of them.
import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import { parsePs, parseProcStat, readProcess } from "../../../src/process/tree/process-table.js";
import { endProcesses, endTree } from "../../../src/process/tree/process-tree.js";
import { markedProcesses, newRuntimeMarker } from "../../../src/process/tree/runtime-marker.js";
import { descendants, isRunning, startShell, startTree, treeSize, until } from "../support.js";

test("descendants are the processes below, and marks find the others too", async () => {
  const { process, pids } = startTree("polite");
  const members = await pids(treeSize);
  const below = (await descendants(process.pid!)).map(({ pid }) => pid);
  // The daemon has left the tree.
  expect(members.filter((pid) => !below.includes(pid))).toHaveLength(2);
  expect(below).not.toContain(process.pid);
  await process.terminate(2000);
  expect(await descendants(process.pid!)).toEqual([]);
});

test("marked processes are found after they left the tree", async () => {
  const marker = newRuntimeMarker();
  const [name, value] = marker.split("=");
  const { process, pids } = startShell("(setsid sh -c 'echo pid daemon $$; sleep 60' &) ; echo pid root $$; sleep 60", {
    env: { PATH: globalThis.process.env["PATH"]!, [name!]: value! },
    marked: false,
  });
  const members = await pids(2);
  const found = (await markedProcesses(marker)).map(({ pid }) => pid);
  expect(found).toEqual(expect.arrayContaining(members));
  expect(await markedProcesses(marker.slice(0, -1))).toEqual([]);
  expect(await markedProcesses()).toEqual([]);
  await endProcesses(await markedProcesses(marker), 2000);
  expect(members.filter(isRunning)).toEqual([]);
  await process.exited;
});

test("some processes can be ended with their descendants while the others continue", async () => {
  const command = "setsid sh -c 'trap \"\" TERM; setsid sleep 60 & echo pid command $$; while :; do sleep 0.1; done' &";
  const { process, pids } = startShell(`${command} sleep 60 & echo pid bystander $!; wait`);
  const [first, second] = await pids(2);
  const below = await descendants(process.pid!);
  const commands = below.filter(({ pid, sessionId }) => sessionId === pid && [first, second].includes(pid));
  expect(commands).toHaveLength(1);
  const own = [commands[0]!.pid, ...(await descendants(commands[0]!.pid)).map(({ pid }) => pid)];
  await endProcesses(commands, 200);
  expect(own.filter(isRunning)).toEqual([]);
  expect([first, second, process.pid].filter((pid) => isRunning(pid!))).toHaveLength(2);
  await process.terminate(2000);
});

test("a process that reused the PID of another is not ended", async () => {
  const bystander = spawn("sleep", ["60"], { detached: true });
  const info = readProcess(bystander.pid!)!;
  const other = { ...info, startTime: String(Number(info.startTime) - 1) };
  await endProcesses([other], 0);
  await endTree({ pid: other.pid, startTime: other.startTime, markers: [] }, 0);
  expect(isRunning(bystander.pid!)).toBe(true);
  bystander.kill("SIGKILL");
  await until(() => !isRunning(bystander.pid!));
});

test("ending nothing is not an error", async () => {
  await expect(endProcesses([], 1000)).resolves.toBeUndefined();
  await expect(endTree({ pid: 2 ** 22 + 1, startTime: "1", markers: [] }, 1000)).resolves.toBeUndefined();
});

test("a name with blanks and parentheses does not affect the other fields", () => {
  const stat = "42 (a) b (c)) S 7 40 39 0 -1 4194304 1 2 3 4 5 6 7 8 20 0 1 0 198151 3133440 381\n";
  expect(parseProcStat(stat)).toEqual({ pid: 42, parentPid: 7, groupId: 40, sessionId: 39, startTime: "198151" });
  expect(parseProcStat(stat.replace(" S 7", " Z 7"))).toBeUndefined();
  expect(parseProcStat("")).toBeUndefined();
});

test("the output of ps on macOS is parsed", () => {
  const output = [
    "    1     0     1 Ss   Sat Nov 21 10:00:00 2026    ",
    "  501   500   400 S+   Sun Nov 22 07:36:08 2026    ",
    "  502   500   400 Z    Sun Nov 22 07:36:09 2026    ",
    "",
  ].join("\n");
  expect(parsePs(output)).toEqual([
    { pid: 1, parentPid: 0, groupId: 1, sessionId: undefined, startTime: "Sat Nov 21 10:00:00 2026" },
    { pid: 501, parentPid: 500, groupId: 400, sessionId: undefined, startTime: "Sun Nov 22 07:36:08 2026" },
  ]);
});
