// A separate program that uses this SDK, for tests of effects on the program itself.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { build } from "esbuild";
import { onTestFinished } from "vitest";

export interface HostProgram {
  process: ChildProcess;
  /** Its output so far. */
  output(): string;
  /** Resolves when it has printed this; rejects when it ends before. */
  printed(text: string): Promise<void>;
  ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null; output: string }>;
}

export interface HostOptions {
  env?: Record<string, string>;
  /** The command that starts the program, for example `["unshare", "-U"]`. */
  wrapper?: readonly string[];
}

const root = path.resolve(import.meta.dirname, "../..");

/** `body` is a module's code; `Codex` and errors are imported. An uncaught error is printed as UNCAUGHT. */
export async function startHost(body: string, options: HostOptions = {}): Promise<HostProgram> {
  const program = `
    import { Codex, CodexError } from "./src/index.ts";
    process.on("uncaughtExceptionMonitor", (error, origin) => console.log("UNCAUGHT", origin, error));
    process.on("warning", (warning) => console.log("WARNING", warning));
    ${body}
  `;
  return startProgram(program, options);
}

/** Runs a module to its end. `./` in it is the project's directory. */
export async function runProgram(code: string, options: HostOptions = {}): Promise<Awaited<HostProgram["ended"]>> {
  const program = await startProgram(code, options);
  return program.ended;
}

async function startProgram(code: string, { env = {}, wrapper = [] }: HostOptions): Promise<HostProgram> {
  const program = await bundled(code);
  const [command, ...args] = [...wrapper, process.execPath, "--input-type=module", "-"];
  const host = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: "pipe" });
  host.stdin.end(program);
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

/** One bundled text for Node.js, which starts faster than compiling file by file. */
async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    bundle: true,
    platform: "node",
    format: "esm",
    packages: "external",
    write: false,
    logLevel: "silent",
  });
  return outputFiles[0]?.text ?? "";
}
