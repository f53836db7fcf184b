// Runs a program of examples/ as a user would, and tells what is left of it afterwards.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";

export const root = path.resolve(import.meta.dirname, "../..");

export interface Running {
  /** What it has written so far, to stdout and stderr. */
  readonly output: string;
  /** `exitCode` is 128 plus the signal's number where a signal ended it. */
  readonly ended: Promise<{ exitCode: number; output: string }>;
  /** Settles when the output has the text. */
  shows(text: string): Promise<void>;
  /** As Ctrl-C in a terminal: to the whole process group. */
  interrupt(): void;
  /** Processes that came of it and are alive. */
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
