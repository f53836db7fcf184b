// A separate program that uses this SDK, for tests of effects on the program itself.
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";
import type { Plugin } from "esbuild";
import { onTestFinished } from "vitest";
import { root } from "./workspace.js";

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

/** In a compiled program, `import.meta.dirname` is the directory of its source. */
export const sourceDirectories: Plugin = {
  name: "source-directories",
  setup(builder) {
    builder.onLoad({ filter: /[\\/](examples|soak)[\\/].*\.ts$/ }, ({ path: file }) => {
      const directory = JSON.stringify(path.dirname(file));
      return { contents: readFileSync(file, "utf8").replaceAll("import.meta.dirname", directory), loader: "ts" };
    });
  },
};

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
  const host = spawn(command, args, { env: { ...process.env, ...env }, stdio: "pipe" });
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

const common = { bundle: true, platform: "node", target: "node20", format: "esm", logLevel: "silent" } as const;
const compiledPrograms = new Map<string, Promise<string>>();

/**
 * The path of the compiled form of a program of this project, which starts faster. `withPackages` compiles the packages
 * that it imports, too.
 */
export function compiled(file: string, { withPackages = false } = {}): Promise<string> {
  const program = compiledPrograms.get(file) ?? compile(file, withPackages);
  compiledPrograms.set(file, program);
  return program;
}

/** The path of an MCP server of test/fixtures over stdin and stdout. */
export function mcpServerFile(name: "stdio-server" | "echo-server"): Promise<string> {
  return compiled(`test/fixtures/mcp/${name}.mjs`, { withPackages: true });
}

async function compile(file: string, withPackages: boolean): Promise<string> {
  // Each worker has its own. test/environment.ts removes them.
  const name = `${process.pid}-${file.replaceAll("/", "-").replace(/\.\w+$/, ".mjs")}`;
  const outfile = path.join(process.env["TEST_DIRECTORY"]!, "..", name);
  const require = 'import { createRequire as top } from "node:module"; const require = top(import.meta.url);';
  await build({
    ...common,
    entryPoints: [path.join(root, file)],
    outfile,
    plugins: [sourceDirectories],
    ...(withPackages ? { banner: { js: require } } : { packages: "external" }),
  });
  return outfile;
}

/** One bundled text for Node.js, which starts faster than compiling file by file. */
async function bundled(contents: string): Promise<string> {
  const { outputFiles } = await build({
    ...common,
    stdin: { contents, resolveDir: root, loader: "ts" },
    packages: "external",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}
