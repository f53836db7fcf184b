// Creates a git repository with a small project whose test fails, and removes it.
import { execFile } from "node:child_process";
import { mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

const files = {
  "package.json": `{
  "name": "clock",
  "type": "module",
  "scripts": { "test": "node --test-reporter=spec clock.test.js" }
}
`,
  "clock.js": `/** Minutes and seconds, as a clock shows them. */
export function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  return \`\${minutes}:\${seconds % 60}\`;
}
`,
  "clock.test.js": `import assert from "node:assert/strict";
import { test } from "node:test";
import { clock } from "./clock.js";

test("shows minutes and seconds", () => assert.equal(clock(754), "12:34"));

test("pads the seconds", () => assert.equal(clock(65), "1:05"));
`,
};

export interface TestRun {
  passed: boolean;
  output: string;
}

export class Repository {
  readonly directory: string;
  readonly #signal: AbortSignal;

  private constructor(directory: string, signal: AbortSignal) {
    this.directory = directory;
    this.#signal = signal;
  }

  /** Work in progress is aborted by `signal`. */
  static async create(signal: AbortSignal): Promise<Repository> {
    const directory = await realpath(await mkdtemp(path.join(tmpdir(), "codex-quickstart-")));
    const repository = new Repository(directory, signal);
    try {
      for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text);
      await repository.#git("init", "--quiet", "--template=");
      await repository.#git("add", ".");
      await repository.#git("commit", "--quiet", "--message", "A clock");
      return repository;
    } catch (error) {
      await repository.remove();
      throw error;
    }
  }

  /** Runs the project's test in this process, without the agent and the sandbox. */
  async test(): Promise<TestRun> {
    const args = ["--test-reporter=spec", "clock.test.js"];
    const { exitCode, output } = await run(process.execPath, args, { cwd: this.directory, signal: this.#signal });
    return { passed: exitCode === 0, output };
  }

  /** The changes since the commit. */
  diff(): Promise<string> {
    return this.#git("diff", "--no-color");
  }

  async remove(): Promise<void> {
    await rm(this.directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.remove();
  }

  async #git(...args: string[]): Promise<string> {
    const { exitCode, output } = await run("git", args, {
      cwd: this.directory,
      signal: this.#signal,
      env: { ...process.env, ...gitEnvironment },
    });
    if (exitCode !== 0) throw new Error(`git ${args[0]} failed in ${this.directory}: ${output.trim()}`);
    return output;
  }
}

/** Excludes the user's settings, hooks and signatures. */
const gitEnvironment = {
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Quickstart",
  GIT_AUTHOR_EMAIL: "quickstart@example.com",
  GIT_COMMITTER_NAME: "Quickstart",
  GIT_COMMITTER_EMAIL: "quickstart@example.com",
};

interface RunOptions {
  cwd: string;
  signal: AbortSignal;
  env?: NodeJS.ProcessEnv;
}

function run(command: string, args: string[], options: RunOptions): Promise<{ exitCode: number; output: string }> {
  return new Promise((resolve, reject) => {
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      const output = stdout + stderr;
      if (error === null) return resolve({ exitCode: 0, output });
      if (typeof error.code === "number") return resolve({ exitCode: error.code, output });
      const why = error.code === "ENOENT" ? "It is not installed, or not on PATH." : error.message;
      const fail = () => reject(new Error(`${command} could not be run. ${why}`, { cause: error }));
      // An aborted command is reported immediately, but may take a moment to end.
      if (child.pid !== undefined && child.exitCode === null && child.signalCode === null) child.once("exit", fail);
      else fail();
    });
  });
}
