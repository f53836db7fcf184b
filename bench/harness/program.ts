// A program of bench/programs/ in a process of its own, and the calls that it answers.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { readProcess } from "../../src/process/tree/process-table.js";
import { endTree } from "../../src/process/tree/process-tree.js";

/** From the program: `ready` once, then an answer to each call. */
export type FromProgram = { ready: unknown } | { id: number; result: unknown } | { id: number; error: string };
export interface ToProgram {
  id: number;
  operation: string;
  argument: unknown;
}

export interface ProgramOptions {
  env?: Record<string, string> | undefined;
  /** Ends the program, and with it the measurement. Default 10 minutes. */
  limitMs?: number | undefined;
}

/** What a program can do: each operation takes and gives JSON. */
export type Operations = Record<string, (argument: never) => unknown>;

export interface Program<Does extends Operations | undefined> {
  readonly pid: number;
  /** What the program said when it was ready. */
  readonly ready: unknown;
  call<Name extends keyof Does & string>(
    operation: Name,
    argument: Does extends Operations ? Parameters<Does[Name]>[0] : never,
  ): Promise<Does extends Operations ? Awaited<ReturnType<Does[Name]>> : never>;
  end(): Promise<void>;
  /** Ends the program with all that it has started, whatever they are at; calls that wait fail. */
  kill(): Promise<void>;
}

const defaultLimitMs = 600_000;
const running = new Set<ChildProcess>();
process.on("exit", killPrograms);

/** Ends all programs; the calls that wait for them fail. */
export function killPrograms(): void {
  for (const child of running) child.kill("SIGKILL");
}

export function programFile(name: string): string {
  return path.resolve(import.meta.dirname, "..", "programs", `${name}.js`);
}

export async function startProgram<Does extends Operations | undefined>(
  name: string,
  setup: unknown,
  { env, limitMs = defaultLimitMs }: ProgramOptions,
): Promise<Program<Does>> {
  const child = fork(programFile(name), [JSON.stringify(setup ?? null)], {
    env: env ?? process.env,
    execArgv: ["--expose-gc"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  running.add(child);
  const limit = setTimeout(() => child.kill("SIGKILL"), limitMs);
  const ended = new Promise<void>((resolve) => {
    child.once("exit", () => {
      running.delete(child);
      clearTimeout(limit);
      resolve();
    });
  });
  const calls = answers(child);
  const ready = await calls.ready;
  return {
    pid: child.pid ?? 0,
    ready,
    // A program answers with what its operation of that name gives.
    call: (operation, argument) => calls.send(operation, argument) as never,
    async end() {
      if (child.connected) child.disconnect();
      await ended;
    },
    async kill() {
      const pid = child.pid ?? 0;
      await endTree({ pid, startTime: readProcess(pid)?.startTime, markers: [] }, 0);
      await ended;
    },
  };
}

/** Matches answers to calls; the end of the program fails those that wait. */
function answers(child: ChildProcess) {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  const readyId = 0;
  const wait = (id: number) => new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
  const ready = wait(readyId);
  child.on("message", (message: FromProgram) => {
    const id = "ready" in message ? readyId : message.id;
    const call = waiting.get(id);
    waiting.delete(id);
    if ("error" in message) call?.reject(new Error(message.error));
    else call?.resolve("ready" in message ? message.ready : message.result);
  });
  child.once("exit", (code, signal) => {
    const error = new Error(`A program of the bench ended before its answer, by ${signal ?? `code ${code}`}.`);
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  });
  return {
    ready,
    send(operation: string, argument: unknown) {
      lastId += 1;
      const message: ToProgram = { id: lastId, operation, argument };
      const answer = wait(lastId);
      if (child.connected) child.send(message);
      else waiting.get(lastId)?.reject(new Error("A program of the bench has ended."));
      return answer;
    },
  };
}
