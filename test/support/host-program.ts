// A program of its own that uses this SDK, for tests of what happens to the program itself.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { onTestFinished } from "vitest";

export interface HostProgram {
  process: ChildProcess;
  /** What it has printed so far. */
  output(): string;
  /** Resolves when it has printed this; rejects when it ends without. */
  printed(text: string): Promise<void>;
  ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null; output: string }>;
}

export interface HostOptions {
  env?: Record<string, string>;
  /** What starts the program: `["unshare", "-U"]`, say. */
  wrapper?: readonly string[];
}

/** `body` is a module's code; `Codex` and errors are imported. An error that nobody caught is printed as UNCAUGHT. */
export function startHost(body: string, { env = {}, wrapper = [] }: HostOptions = {}): HostProgram {
  const index = JSON.stringify(path.resolve(import.meta.dirname, "../../src/index.ts"));
  const program = `
    import { Codex, CodexError } from ${index};
    process.on("uncaughtExceptionMonitor", (error, origin) => console.log("UNCAUGHT", origin, error));
    process.on("warning", (warning) => console.log("WARNING", warning));
    ${body}
  `;
  const node = [process.execPath, "--import", "tsx", "--input-type=module", "--eval", program];
  const [command = "", ...args] = [...wrapper, ...node];
  const host = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [host.stdout, host.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  }
  const ended = new Promise<Awaited<HostProgram["ended"]>>((resolve) => {
    host.once("close", (exitCode, signal) => resolve({ exitCode, signal, output }));
  });
  onTestFinished(() => void host.kill("SIGKILL"));
  const printed = async (text: string) => {
    const seen = new Promise<void>((resolve) => {
      const look = () => output.includes(text) && resolve();
      for (const stream of [host.stdout, host.stderr]) stream.on("data", look);
      look();
    });
    await Promise.race([seen, ended]);
    if (!output.includes(text)) throw new Error(`The program ended without ${JSON.stringify(text)}:\n${output}`);
  };
  return { process: host, output: () => output, printed, ended };
}
