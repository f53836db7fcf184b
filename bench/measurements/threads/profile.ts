// CPU time with a hundred threads: the host, Codex, and the programs that Codex runs.
import { cpuOf } from "../../harness/cpu.js";
import type { CpuMs } from "../../harness/cpu.js";
import type { Bench, Measurement } from "../../harness/measurement.js";
import { median, toRow } from "../../harness/results/series.js";
import type { Worker } from "../../harness/worker.js";

export const profile: Measurement = {
  name: "profile",
  title: "CPU time of a turn with 100 threads",
  isSlow: true,
  run,
};

const threads = 100;
const turns = 2;
const parts = ["host", "codex", "commands"] as const;
const titles = { host: "the host (this SDK)", codex: "Codex", commands: "programs that Codex runs (login shells)" };

async function run(bench: Bench) {
  if (process.platform !== "linux")
    return { rows: [], notes: ["The CPU time of other processes is available on Linux only."] };
  const spent: CpuMs[] = [];
  for (let round = 0; round < bench.scaled(3, 1); round++) {
    const worker = await bench.start("sdk");
    spent.push(await cpuOfParallelTurns(worker));
    await worker.end();
  }
  const of = (part: keyof CpuMs) => spent.map((each) => each[part] / (threads * turns));
  const whole = spent.map((each) => (each.host + each.codex + each.commands) / (threads * turns));
  return {
    rows: parts.map((part) => toRow(titles[part], "ms", "lower", [of(part)])),
    goals: [{ what: "the host's share", value: (100 * median(of("host"))) / median(whole), unit: "%" as const }],
  };
}

async function cpuOfParallelTurns(worker: Worker): Promise<CpuMs> {
  await worker.call("turns", { count: 0, warmUp: 1 });
  const before = cpuOf(worker.pid);
  await worker.call("parallelTurns", { threads, turns });
  const after = cpuOf(worker.pid);
  return {
    host: after.host - before.host,
    codex: after.codex - before.codex,
    commands: after.commands - before.commands,
  };
}
