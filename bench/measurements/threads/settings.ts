// Settings that reduce Codex's work on a server, each against Codex's defaults.
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { rootCertificates } from "node:tls";
import type { Bench, Goal, Measurement } from "../../harness/measurement.js";
import { interleaved, ratio, toRow } from "../../harness/results/series.js";
import type { Row } from "../../harness/results/series.js";
import type { WorkerOptions } from "../../harness/worker.js";

export const settings: Measurement = {
  name: "settings",
  title: "Settings for a server",
  isSlow: true,
  run,
};

const defaults = "default settings";
const slowShell = "a login shell of 0.2 s";
const noSnapshot = { "features.shell_snapshot": false };
const turns = 2;

async function run(bench: Bench) {
  const variants = await prepareVariants(bench);
  const warm = await warmTurns(bench, variants);
  const speeds = await parallelSpeeds(bench, variants);
  const rows: Row[] = [
    ...[...warm].map(([name, rounds]) => toRow(`${name}: a warm turn`, "ms", "lower", rounds)),
    ...[...speeds].map(([name, rounds]) => toRow(`${name}: many threads`, "turns/s", "higher", rounds)),
  ];
  const goals: Goal[] = [...variants.keys()]
    .filter((name) => name !== defaults && name !== slowShell)
    .flatMap((name) => {
      const base = name.startsWith(slowShell) ? slowShell : defaults;
      return [
        effect(`${name}: a warm turn takes`, ratio(warm.get(name) ?? [], warm.get(base) ?? [])),
        effect(`${name}: many threads, turns/s`, ratio(speeds.get(name) ?? [], speeds.get(base) ?? [])),
      ];
    });
  return { rows, goals };
}

async function prepareVariants({ workspace }: Bench): Promise<Map<string, WorkerOptions>> {
  const certificates = await workspace.newFile("certificates.pem", `${rootCertificates[0] ?? ""}\n`);
  const oneCertificate = { SSL_CERT_FILE: certificates };
  const slowHome = { HOME: await homeWithSlowShell(path.join(workspace.workingDirectory, "slow-home")) };
  return new Map<string, WorkerOptions>([
    [defaults, {}],
    ["one CA certificate instead of the system's", { env: oneCertificate }],
    ["ephemeral threads", { ephemeral: true }],
    ["both", { env: oneCertificate, ephemeral: true }],
    ["no shell snapshot", { config: noSnapshot }],
    [slowShell, { env: slowHome }],
    [`${slowShell}, no shell snapshot`, { env: slowHome, config: noSnapshot }],
  ]);
}

async function homeWithSlowShell(home: string): Promise<string> {
  await mkdir(home, { recursive: true });
  const busy = "i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done\n";
  for (const name of [".profile", ".bash_profile", ".zprofile"]) await writeFile(path.join(home, name), busy);
  return home;
}

async function warmTurns(bench: Bench, variants: ReadonlyMap<string, WorkerOptions>) {
  const subjects = new Map<string, () => Promise<number[]>>();
  for (const [name, options] of variants) {
    const worker = await bench.start("sdk", options);
    subjects.set(name, () => worker.call("turns", { count: bench.scaled(10, 5), warmUp: 2 }));
  }
  return interleaved(bench.scaled(8, 3), subjects, { limitMs: bench.limitMs });
}

async function parallelSpeeds(bench: Bench, variants: ReadonlyMap<string, WorkerOptions>) {
  const threads = bench.scaled(24, 6);
  const subjects = [...variants].map(([name, options]) => {
    const fleet = async () => {
      const worker = await bench.start("sdk", options);
      await worker.call("turns", { count: 0, warmUp: 1 });
      const milliseconds = await worker.call("parallelTurns", { threads, turns });
      await worker.end();
      return [(threads * turns) / (milliseconds / 1000)];
    };
    return [name, fleet] as const;
  });
  return interleaved(bench.scaled(4, 1), new Map(subjects), { warmUp: false, limitMs: bench.limitMs });
}

function effect(what: string, value: number): Goal {
  return { what, value, unit: "×" };
}
