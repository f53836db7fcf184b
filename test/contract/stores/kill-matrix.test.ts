// The kill matrix: the worker of a durable turn, or its Codex, is killed at each moment of the turn. The outcome is
// read from the model's requests, and from a file to which each command appends the ID of its call.
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CodexError, runTurnOnce } from "../../../src/index.js";
import type { OnceOutcome, Thread, ThreadOptions, ThreadStore, TurnOnceOptions } from "../../../src/index.js";
import { fileStore } from "../../../src/store/index.js";
import { runCommand, say, ScriptedModel } from "../../../src/testing/index.js";
import { startWorker } from "../../support/durable/durable-turns.js";
import { eventKillPoint, moments, storeWithKillPoint } from "../../support/stores/kill-points.js";
import type { Moment } from "../../support/stores/kill-points.js";
import { allProcesses } from "../../support/model-processes.js";
import { parkingTurn } from "../../support/durable/parking-turn.js";
import { machine } from "../../support/stores/stored-threads.js";
import type { Machine } from "../../support/stores/stored-threads.js";

type Victim = "worker" | "Codex";

const leaseMs = 4_000;
/** Each cell waits for a lease most of the time. */
const cellsAtOnce = 5;
/** The state in which the engine delivers the turn again. Codex may have ended the turn before it is killed. */
const found: Record<Victim, Partial<Record<Moment, "completed" | "either">>> = {
  worker: { "after claim": "completed", "after flush": "completed", "while releasing": "completed" },
  Codex: {
    "after claim": "completed",
    "after turn start": "either",
    "command ended": "either",
    "before flush": "completed",
    "after flush": "completed",
    "while releasing": "completed",
  },
};

let root: string;
let homes: string;
let directory: string;
let model: ScriptedModel;

beforeAll(async () => {
  root = mkdtempSync(path.join(os.tmpdir(), "codex-sdk-matrix-"));
  // Outside of the directories that the agent can write to.
  homes = mkdtempSync(path.join("/var/tmp", "codex-sdk-matrix-homes-"));
  directory = mkdtempSync(path.join(os.tmpdir(), "codex-sdk-matrix-store-"));
  let calls = 0;
  const approved = new Set<string>();
  // Runs one command for each prompt that begins with "work", and answers.
  model = await ScriptedModel.start(({ userTexts, newOutputs, body }) => {
    // Codex adds its own texts.
    const prompt = userTexts.findLast((text) => !text.startsWith("<")) ?? "";
    const [, counter, isParked] = /^work (\S+)( parked)?$/.exec(prompt) ?? [];
    if (counter === undefined || isContinued(body)) return say("Done.");
    const isApproved = isAfterPark(body) && !approved.has(counter);
    if (isApproved) approved.add(counter);
    if (!isApproved && newOutputs.length > 0) return say("Done.");
    calls += 1;
    const callId = `call_${calls}`;
    const rest = /command-running|call-recorded/.test(counter) ? "; sleep 30" : "";
    const ask = isParked === undefined ? {} : { escalate: "May I?" };
    return runCommand(`echo ${callId} >> ${counter}${rest}`, { callId, login: false, yieldTimeMs: 30_000, ...ask });
  });
});

afterAll(async () => {
  await model.close();
  for (const made of [root, homes, directory]) rmSync(made, { recursive: true, force: true, maxRetries: 5 });
});

const isContinued = (body: unknown) => JSON.stringify(body).includes("was lost");
const isAfterPark = (body: unknown) => JSON.stringify(body).includes("approved now");

/** Requests that start work, without those that only continue it. */
const prompts = (input: string) =>
  model.requests.filter(
    ({ newOutputs, userTexts, body }) =>
      newOutputs.length === 0 && userTexts.at(-1) === input && !isContinued(body) && !isAfterPark(body),
  ).length;

const executions = (counter: string) => (existsSync(counter) ? readFileSync(counter, "utf8").trim().split("\n") : []);

/** Repeats the call like an engine. */
async function deliver(thread: Thread, options: TurnOnceOptions): Promise<OnceOutcome> {
  for (;;) {
    try {
      return await runTurnOnce(thread, options);
    } catch (error) {
      const isKnown = CodexError.isInstance(error) && ["thread_busy", "exited", "lease_lost"].includes(error.code);
      if (!isKnown) throw error;
      const pauseMs = error.code === "thread_busy" ? Math.min(error.retryAfterMs ?? 100, 400) : 0;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
}

interface Cell {
  victim: Victim;
  moment: Moment;
  rescuer: Machine;
}

/** The violated expectations. */
async function problemsOf({ victim, moment, rescuer }: Cell): Promise<string[]> {
  const problems: string[] = [];
  const must = (isTrue: boolean, what: string) => void (isTrue || problems.push(what));
  const name = `${victim}-${moment}`.replaceAll(" ", "-");
  const [counter, codexHome] = [path.join(root, name), path.join(homes, name)];
  const isParked = moment === "while parked";
  const input = `work ${counter}${isParked ? " parked" : ""}`;
  const threadOptions: ThreadOptions = {
    ...model.threadOptions({ workingDirectory: root }),
    sandboxMode: isParked ? "workspace-write" : "danger-full-access",
  };
  const fresh = rescuer.codex.startThread(threadOptions);
  const threadId = await fresh.create("A durable thread");
  await fresh.release();

  const reader = new Reader(fileStore(directory, { leaseMs }), threadId);
  const attempt = { moment, counter, threadId, turnKey: "k", input, threadOptions };
  if (victim === "worker") await killWorker(attempt, codexHome);
  else await killCodex(attempt, codexHome);
  await reader.look();

  const onApproval = () => "approve" as const;
  const elsewhere = rescuer.codex.resumeThread(threadId, {
    ...threadOptions,
    approvalPolicy: "on-request",
    onApproval,
  });
  const outcome = await deliver(elsewhere, { turnKey: "k", input });
  const expected = found[victim][moment] ?? "interrupted";
  const isExpected = outcome.status === expected || (expected === "either" && outcome.status !== "failed");
  must(isExpected, `the outcome is ${outcome.status}`);
  if (outcome.status === "interrupted") {
    must(outcome.reason === (isParked ? "stopped" : "lost"), `the reason is ${outcome.reason}`);
    must(outcome.unfinishedCalls.length <= 1, `${outcome.unfinishedCalls.length} calls are unfinished`);
    const hasCall = outcome.unfinishedCalls.some(({ arguments: given }) => given.includes("echo call_"));
    must(hasCall || moment !== "command running", "the call that was running is not listed");
  }
  await reader.look();
  if (isParked) {
    must(executions(counter).length === 0, "the command ran before it was approved");
    const note = "The call did not run. It is approved now: make exactly the same call again, once.";
    const approved = await deliver(elsewhere, { turnKey: "k/1", note });
    must(approved.status === "completed", `after the approval the turn is ${approved.status}`);
    must(executions(counter).length === 1, "the approved command did not run once");
  }
  const again = await deliver(elsewhere, { turnKey: "k", input });
  must(JSON.stringify(again) === JSON.stringify(outcome), "a repeated call has another outcome");
  const next = await deliver(elsewhere, { turnKey: "next", input: "go on" });
  must(next.status === "completed", `the next turn is ${next.status}`);
  await elsewhere.release();

  const sent = prompts(input);
  must(sent <= 1, `the prompt was sent ${sent} times`);
  must(sent === 1 || moment === "after mark" || moment === "after turn start", "the prompt was not sent");
  const ran = executions(counter);
  must(new Set(ran).size === ran.length, `a call ran twice: ${ran.join()}`);
  must(ran.length <= 1, `the work was done ${ran.length} times`);
  must(ran.length === 1 || outcome.status !== "completed", "the work of a completed turn was not done");
  problems.push(...(await reader.problems()));
  return problems;
}

type Attempt = Pick<Parameters<typeof startWorker>[0], "moment" | "counter" | "threadId" | "turnKey" | "input"> & {
  threadOptions: ThreadOptions;
};

async function killWorker(attempt: Attempt, codexHome: string): Promise<void> {
  const { ended } = await startWorker({ ...attempt, model, directory, leaseMs, codexHome });
  const { signal, output } = await ended;
  if (signal !== "SIGKILL") throw new Error(`The worker was not killed ${attempt.moment}:\n${output}`);
}

async function killCodex(attempt: Attempt, codexHome: string): Promise<void> {
  const { moment, counter, threadId, threadOptions, turnKey, input } = attempt;
  let wasKilled = false;
  const kill = () => {
    const servers = allProcesses().filter(
      ({ commandLine, environment }) =>
        commandLine.includes("app-server") && environment.includes(`CODEX_HOME=${codexHome}`),
    );
    for (const { pid } of servers) process.kill(pid, "SIGKILL");
    wasKilled = servers.length > 0;
    return Promise.resolve();
  };
  const point = { moment, counter, kill };
  const { codex } = machine(model, storeWithKillPoint(fileStore(directory, { leaseMs }), point), { codexHome });
  if (moment === "while parked") {
    await parkingTurn(codex, threadId, threadOptions, { turnKey, input });
    await kill();
  } else {
    const thread = codex.resumeThread(threadId, threadOptions);
    await deliver(thread, { turnKey, input, onEvent: eventKillPoint(point) });
    await thread.release();
  }
  await codex.close();
  if (!wasKilled) throw new Error(`Codex was not killed ${moment}.`);
}

/** Reads a thread repeatedly: everything that it has read must be a prefix of the final content. */
class Reader {
  readonly #store: ThreadStore;
  readonly #threadId: string;
  readonly #seen = new Map<number, string>();
  readonly #timer = setInterval(() => void this.look().catch(() => undefined), 200);

  constructor(store: ThreadStore, threadId: string) {
    this.#store = store;
    this.#threadId = threadId;
  }

  async look(): Promise<void> {
    const bytes = await this.#bytes();
    this.#seen.set(bytes.length, sha256(bytes));
  }

  async problems(): Promise<string[]> {
    clearInterval(this.#timer);
    const all = await this.#bytes();
    const changed = [...this.#seen].filter(([size, hash]) => sha256(all.subarray(0, size)) !== hash);
    const torn = [...this.#seen.keys()].filter((size) => size > 0 && all[size - 1] !== 0x0a);
    return [
      ...changed.map(([size]) => `the first ${size} bytes have changed`),
      ...torn.map((size) => `the first ${size} bytes end within a line`),
    ];
  }

  async #bytes(): Promise<Uint8Array> {
    const head = await this.#store.head(this.#threadId);
    const file = head?.manifest?.currentFile ?? null;
    return file === null ? new Uint8Array() : this.#store.read(this.#threadId, file);
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

test.each(["worker", "Codex"] as const)(
  "%s killed at each moment: one prompt for a key, one execution of a call, the thread continues elsewhere",
  async (victim) => {
    const rescuer = machine(model, fileStore(directory, { leaseMs }));
    const waiting = [...moments];
    const problems: Record<string, string[]> = {};
    const work = async () => {
      for (let moment = waiting.shift(); moment !== undefined; moment = waiting.shift()) {
        problems[moment] = await problemsOf({ victim, moment, rescuer });
      }
    };
    await Promise.all(Array.from({ length: cellsAtOnce }, work));
    expect(problems).toEqual(Object.fromEntries(moments.map((moment) => [moment, []])));
  },
  120_000,
);
