// Kills workers of the service while clients run turns, and prints what happened. Ends with an error if a prompt or a
// command ran twice, or if a turn had no result.
//
//   npx tsx examples/service/main.ts --clients 3 --turns 2 --kills 1
import { strict as assert } from "node:assert";
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import type { RunSummary, ThreadState } from "codex-sdk/restate";
import { missingBinary, restateBinary } from "./restate-server.js";
import type { Records } from "./script.js";
import { siblingProgram } from "./workers.js";

const { values } = parseArgs({
  options: {
    workers: { type: "string", default: "2" },
    clients: { type: "string", default: "3" },
    turns: { type: "string", default: "2" },
    kills: { type: "string", default: "1" },
  },
});
const [clients, turns, kills] = [Number(values.clients), Number(values.turns), Number(values.kills)];

if (restateBinary() === undefined) {
  console.log(`Skipped. ${missingBinary}`);
  process.exit(0);
}

const service = spawn(
  process.execPath,
  [...process.execArgv, siblingProgram("serve"), "--attached", "--workers", values.workers],
  { stdio: ["pipe", "pipe", "inherit"] },
);
const ended = new Promise<void>((resolve) => service.once("close", () => resolve()));
process.on("SIGINT", () => service.stdin.end());

const url = await new Promise<string>((resolve, reject) => {
  let output = "";
  service.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
    const found = /listens on (\S+)\. /.exec(output)?.[1];
    if (found !== undefined) resolve(found);
  });
  void ended.then(() => reject(new Error(`The service did not start.\n${output}`)));
});

interface Ended {
  summary: RunSummary;
  ms: number;
  /** The types of the events that the client followed. */
  events: string[];
}

const report = async () => (await (await fetch(`${url}/report`)).json()) as Records & { workers: number[] };

async function runTurn(conversation: string, turn: number): Promise<Ended> {
  const turnKey = `turn-${turn}`;
  const started = performance.now();
  const body = JSON.stringify({ input: `${conversation} ${turnKey}`, turnKey });
  const headers = { "content-type": "application/json", "idempotency-key": `${conversation}-${turnKey}` };
  const running = fetch(`${url}/conversations/${conversation}/turns`, { method: "POST", headers, body });
  const events = await follow(conversation, turnKey);
  const answer = await running;
  if (!answer.ok) throw new Error(await answer.text());
  return { summary: (await answer.json()) as RunSummary, ms: performance.now() - started, events };
}

/** Follows the turn from the store, each event once. */
async function follow(conversation: string, turnKey: string): Promise<string[]> {
  for (;;) {
    const state = (await (await fetch(`${url}/conversations/${conversation}`)).json()) as ThreadState;
    if (state.threadId !== null) break;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const answer = await fetch(`${url}/conversations/${conversation}/events?turnKey=${turnKey}`);
  const lines = (await answer.text()).split("\n");
  const ids = lines.filter((line) => line.startsWith("id: "));
  assert.equal(new Set(ids).size, ids.length, "An event was sent twice.");
  return lines
    .filter((line) => line.startsWith("data: "))
    .map((line) => (JSON.parse(line.slice(6)) as { type: string }).type);
}

let killed = 0;
const stop = new AbortController();

/** Kills all workers at once while the agents' commands run. The service replaces them. */
async function killWorkers(): Promise<void> {
  let seen = 0;
  while (!stop.signal.aborted && killed < kills) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { workers, commands } = await report();
    const started = Object.keys(commands).length;
    if (stop.signal.aborted || started === seen) continue;
    for (const pid of workers) process.kill(pid, "SIGKILL");
    killed += 1;
    console.log(`Killed the workers ${workers.join(", ")}.`);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    seen = Object.keys((await report()).commands).length;
  }
}

try {
  const killing = killWorkers();
  const outcomes = await Promise.all(
    Array.from({ length: clients }, async (_, client) => {
      const own: Ended[] = [];
      for (let turn = 1; turn <= turns; turn++) own.push(await runTurn(`conversation-${client + 1}`, turn));
      return own;
    }),
  );
  stop.abort();
  await killing;
  const all = outcomes.flat();
  const { prompts, commands } = await report();
  const repeated = (counts: Record<string, number>) => Object.values(counts).filter((count) => count > 1).length;
  const completed = all.filter(({ summary }) => summary.status === "completed");
  // The worker was killed before the prompt was in the store. The prompt is not sent again: the client decides.
  const interrupted = all.filter(({ summary }) => summary.status === "interrupted");
  const lost = all.length - completed.length - interrupted.length;
  const restarted = all.filter(({ events }) => events.includes("turn.restarted")).length;
  const slowest = Math.max(...all.map(({ ms }) => ms));
  console.log(`
kills of all workers           ${killed}
turns                          ${all.length}
turns taken over               ${restarted}
turns interrupted              ${interrupted.length}
prompts sent more than once    ${repeated(prompts)}
commands run more than once    ${repeated(commands)}
turns lost                     ${lost}
events followed                ${all.reduce((sum, { events }) => sum + events.length, 0)}, each once
slowest turn                   ${(slowest / 1_000).toFixed(1)} s`);
  assert.equal(repeated(prompts) + repeated(commands) + lost, 0);
  assert.ok(Object.keys(prompts).length >= completed.length);
  for (const { events } of completed) assert.equal(events.at(-1), "turn.completed");
} finally {
  stop.abort();
  service.stdin.end();
  await ended;
}
