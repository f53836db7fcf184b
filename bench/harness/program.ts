// Starts a program of bench/programs/ in a separate process and calls its operations.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { readProcess } from "../../src/process/tree/process-table.js";
import { endTree } from "../../src/process/tree/process-tree.js";

/** A message from the program: `ready` once, then the result of each call. */
export type ProgramMessage = { ready: unknown } | { id: number; result: unknown } | { id: number; error: string };
export interface ProgramCall {
  id: number;
  operation: string;
  argument: unknown;
}

export interface ProgramOptions {
  env?: Record<string, string> | undefined;
  /** Ends the program, and the measurement with it. @defaultValue 10 minutes */
  limitMs?: number | undefined;
}

/** The operations of a program. Arguments and results are JSON. */
export type Operations = Record<string, (argument: never) => unknown>;

export interface Program<Supported extends Operations | undefined> {
  readonly pid: number;
  /** The value that the program sent when it was ready. */
  readonly ready: unknown;
  call<Name extends keyof Supported & string>(
    operation: Name,
    argument: Supported extends Operations ? Parameters<Supported[Name]>[0] : never,
  ): Promise<Supported extends Operations ? Awaited<ReturnType<Supported[Name]>> : never>;
  end(): Promise<void>;
  /** Kills the program and its descendants. Pending calls reject. */
  kill(): Promise<void>;
}

const defaultLimitMs = 600_000;
const running = new Set<ChildProcess>();
process.on("exit", killPrograms);

/** Kills all programs. Pending calls reject. */
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
  const calls = matchAnswers(child);
  const ready = await calls.ready;
  return {
    pid: child.pid ?? 0,
    ready,
    // The program returns the result of the operation with this name.
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

/** Matches results to calls. Pending calls reject when the program exits. */
function matchAnswers(child: ChildProcess) {
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  let lastId = 0;
  const readyId = 0;
  const wait = (id: number) => new Promise<unknown>((resolve, reject) => waiting.set(id, { resolve, reject }));
  const ready = wait(readyId);
  child.on("message", (message: ProgramMessage) => {
    const id = "ready" in message ? readyId : message.id;
    const call = waiting.get(id);
    waiting.delete(id);
    if ("error" in message) call?.reject(new Error(message.error));
    else call?.resolve("ready" in message ? message.ready : message.result);
  });
  child.once("exit", (code, signal) => {
    const error = new Error(`A benchmark program exited before it returned a result (${signal ?? `code ${code}`}).`);
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  });
  return {
    ready,
    send(operation: string, argument: unknown) {
      lastId += 1;
      const message: ProgramCall = { id: lastId, operation, argument };
      const answer = wait(lastId);
      if (child.connected) child.send(message);
      else waiting.get(lastId)?.reject(new Error("A benchmark program has exited."));
      return answer;
    },
  };
}
