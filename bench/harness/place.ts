// Where measured turns take place: directories of their own, an environment that is the same on every machine, and the model.
import { constants } from "node:fs";
import { access, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { startProgram } from "./program.js";
import type { Program } from "./program.js";

/** How the model answers. */
export type ModelMode =
  /** One short message, at once. */
  | "instant"
  /** One short message whose text is the moment of its sending, in nanoseconds of the monotonic clock. */
  | "timed"
  /** A turn of everything: reasoning, a plan, a command, a patch, text in many pieces. */
  | "rich";

export interface Place {
  readonly workingDirectory: string;
  /** The whole environment of everything that is measured. The home is empty: nobody's profile or login counts. */
  readonly env: Record<string, string>;
  baseUrl(mode: ModelMode): string;
  newCodexHome(): Promise<string>;
  /** Gives the file's path. */
  newFile(name: string, content: string): Promise<string>;
  remove(): Promise<void>;
}

/** Without the model, turns would fail or wait; it leaves with its parent in any case. */
const wholeBenchMs = 4 * 3_600_000;
/** A codex that is just ending may still write. */
const whileOthersWrite = { recursive: true, force: true, maxRetries: 20, retryDelay: 100 };

export async function makePlace(): Promise<Place> {
  const root = await mkdtemp(path.join(await parentDirectory(), "codex-bench-"));
  const workingDirectory = path.join(root, "work");
  const home = path.join(root, "home");
  for (const directory of [workingDirectory, home]) await mkdir(directory);
  const model: Program<undefined> = await startProgram("model", undefined, { limitMs: wholeBenchMs });
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
      await rm(root, whileOthersWrite);
    },
  };
}

/** Below the temporary directory codex makes no helper links, and so does less than it would elsewhere. */
async function parentDirectory(): Promise<string> {
  const elsewhere = "/var/tmp";
  return access(elsewhere, constants.W_OK | constants.X_OK).then(
    () => elsewhere,
    () => tmpdir(),
  );
}
