// The first turn of a new program: from the start of Node.js to the answer, and to the exit of the program.
import { spawn } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { titles } from "../../contenders/contender.js";
import type { ContenderSetup, Subject } from "../../contenders/contender.js";
import type { Bench, Measurement } from "../../harness/measurement.js";
import { programFile } from "../../harness/program.js";
import { interleaved, ratio, toRow } from "../../harness/results/series.js";

export const firstTurn: Measurement = {
  name: "first-turn",
  title: "The first turn of a new program",
  run,
};

const limitMs = 60_000;
const pauseMs = 300;
const subjects = ["sdk", "bare", "reference-tuned"] as const;

async function run(bench: Bench) {
  const toExit = new Map<Subject, number[][]>(subjects.map((subject) => [subject, []]));
  const programs = new Map<(typeof subjects)[number], () => Promise<number[]>>();
  for (const subject of subjects) {
    // The same CODEX_HOME for all runs: Codex does more work with a new one.
    const setup = await contenderSetup(bench, subject);
    programs.set(subject, async () => {
      const runs: { answerMs: number; exitMs: number }[] = [];
      for (let start = 0; start < bench.scaled(3, 2); start++) {
        // The host may exit shortly before its Codex, which must not slow down the next program.
        await delay(pauseMs);
        runs.push(await runProgram(setup));
      }
      toExit.get(subject)?.push(runs.map(({ exitMs }) => exitMs));
      return runs.map(({ answerMs }) => answerMs);
    });
  }
  const samples = await interleaved(bench.scaled(8, 3), programs, { limitMs: bench.limitMs });
  return {
    rows: [
      ...[...samples].map(([subject, rounds]) => toRow(`${titles[subject]}: answer`, "ms", "lower", rounds)),
      // Without the warm-up round.
      ...[...toExit].map(([subject, rounds]) => toRow(`${titles[subject]}: exit`, "ms", "lower", rounds.slice(1))),
    ],
    goals: [
      {
        what: "against one exec turn of the tuned reference",
        value: ratio(samples.get("sdk") ?? [], samples.get("reference-tuned") ?? []),
        unit: "×" as const,
        limit: 1,
        must: "at most" as const,
      },
    ],
  };
}

async function contenderSetup({ workspace }: Bench, subject: Subject): Promise<ContenderSetup> {
  return {
    subject,
    baseUrl: workspace.baseUrl("instant"),
    codexHome: await workspace.newCodexHome(),
    workingDirectory: workspace.workingDirectory,
    env: workspace.env,
    config: {},
    ephemeral: false,
  };
}

async function runProgram(setup: ContenderSetup): Promise<{ answerMs: number; exitMs: number }> {
  const started = performance.now();
  const child = spawn(process.execPath, [programFile("one-turn"), JSON.stringify(setup)], {
    env: setup.env,
    stdio: ["ignore", "pipe", "inherit"],
    timeout: limitMs,
  });
  let answerMs = Number.NaN;
  child.stdout.once("data", () => {
    answerMs = performance.now() - started;
  });
  const code = await new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(`The program of ${setup.subject} exited with code ${String(code)}.`);
  return { answerMs, exitMs: performance.now() - started };
}
