// The workspace of measured turns: temporary directories, an environment that does not vary by machine, and the model.
import { constants } from "node:fs";
import { access, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startProgram } from "./program.js";
import type { Program } from "./program.js";

/** The response of the model. */
export type ModelMode =
  /** One short message, immediately. */
  | "instant"
  /** One short message whose text is the time at which it was sent, in nanoseconds of the monotonic clock. */
  | "timed"
  /** All kinds of items: reasoning, a plan, a command, a patch, streamed text. */
  | "rich";

export interface Workspace {
  readonly workingDirectory: string;
  /** The complete environment of the measured processes. HOME is empty, so that no profile or login has an effect. */
  readonly env: Record<string, string>;
  baseUrl(mode: ModelMode): string;
  newCodexHome(): Promise<string>;
  /** @returns the path of the file. */
  newFile(name: string, content: string): Promise<string>;
  remove(): Promise<void>;
}

/** Longer than a complete run. The model also ends with its parent. */
const modelLimitMs = 4 * 3_600_000;
/** Retries, because a Codex process that is exiting may still write. */
const removeOptions = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };

export async function makeWorkspace(): Promise<Workspace> {
  const root = await mkdtemp(path.join(await parentDirectory(), "codex-bench-"));
  const workingDirectory = path.join(root, "work");
  const home = path.join(root, "home");
  for (const directory of [workingDirectory, home]) await mkdir(directory);
  const model: Program<undefined> = await startProgram("model", undefined, { limitMs: modelLimitMs });
  const { port } = model.ready as { port: number };
  let homes = 0;
  return {
    workingDirectory,
    env: { PATH: process.env["PATH"] ?? "", HOME: home, LANG: "C.UTF-8" },
    baseUrl: (mode) => `http://127.0.0.1:${port}/${mode}/v1`,
    async newCodexHome() {
      const codexHome = path.join(root, `codex-${++homes}`);
      await mkdir(codexHome);
      return codexHome;
    },
    async newFile(name, content) {
      const file = path.join(root, name);
      await writeFile(file, content);
      return file;
    },
    async remove() {
      await model.end();
      await rm(root, removeOptions);
    },
  };
}

/** Not the temporary directory: there, Codex skips the creation of its helper links. */
async function parentDirectory(): Promise<string> {
  const elsewhere = "/var/tmp";
  return access(elsewhere, constants.W_OK | constants.X_OK).then(
    () => elsewhere,
    () => tmpdir(),
  );
}
