// Runs a program of examples/ like a user, and reports what remains of it afterwards.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

export const root = path.resolve(import.meta.dirname, "../..");

export interface Running {
  /** Its output so far, from stdout and stderr. */
  readonly output: string;
  /** `exitCode` is 128 plus the signal's number if a signal ended it. */
  readonly ended: Promise<{ exitCode: number; output: string }>;
  /** Settles when the output contains the text. */
  shows(text: string): Promise<void>;
  /** Like Ctrl-C in a terminal: sent to the whole process group. */
  interrupt(): void;
  /** Its descendants that are still running. */
  processes(): number[];
  /** Values that a variable has in the environments of these processes. */
  valuesOf(name: string): string[];
}

export function start(command: string, args: string[], env: Record<string, string> = {}): Running {
  const mark = `EXAMPLE_RUN=${randomUUID()}`;
  const [name = "", value = ""] = mark.split("=");
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env, [name]: value },
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let output = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<{ exitCode: number; output: string }>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      resolve({ exitCode: code ?? 128 + (signal ? os.constants.signals[signal] : 0), output });
    });
  });
  onTestFinished(() => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  });
  return {
    get output() {
      return output;
    },
    ended,
    shows: (text) =>
      new Promise((resolve, reject) => {
        const look = () => output.includes(text) && resolve();
        listeners.add(look);
        look();
        void ended.then(({ exitCode }) =>
          reject(new Error(`It ended with ${exitCode} before it showed "${text}":\n${output}`)),
        );
      }),
    interrupt: () => process.kill(-(child.pid ?? 0), "SIGINT"),
    processes: () => environments(mark).map(({ pid }) => pid),
    valuesOf: (variable) => {
      const values = environments(mark).flatMap(({ entries }) =>
        entries.filter((entry) => entry.startsWith(`${variable}=`)),
      );
      return [...new Set(values.map((entry) => entry.slice(variable.length + 1)))];
    },
  };
}

/** Of the processes that have the mark in their environment. Linux only. */
function environments(mark: string): { pid: number; entries: string[] }[] {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => {
    try {
      const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      return entries.includes(mark) ? [{ pid: Number(pid), entries }] : [];
    } catch {
      return [];
    }
  });
}
