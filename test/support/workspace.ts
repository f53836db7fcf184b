// Directories, models and Codex objects for tests; each ends with its test or test file.
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { Codex } from "../../src/index.js";
import type { CodexOptions } from "../../src/index.js";
import { ScriptedModel } from "../../src/testing/index.js";
import type { Script } from "../../src/testing/index.js";

/** The directory of this project. Tests run in an empty one. */
export const root = path.resolve(import.meta.dirname, "../..");

/** The absolute path of a file in test/fixtures. */
export function fixture(name: string): string {
  return path.join(root, "test/fixtures", name);
}

export function temporaryDirectory(prefix = "codex-sdk-test-", parent = os.tmpdir()): string {
  const directory = realpathSync(mkdtempSync(path.join(parent, prefix)));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}

/** A new git repository without commits. */
export function repository(): string {
  const directory = temporaryDirectory();
  execFileSync("git", ["init", "-q"], { cwd: directory });
  return directory;
}

/** A scripted model, closed when the test ends. */
export async function scriptedModel(script: Script): Promise<ScriptedModel> {
  const model = await ScriptedModel.start(script);
  onTestFinished(() => model.close());
  return model;
}

/**
 * A `Codex` on the model, closed when the test ends. Its shells read no user's profile. It writes no bundled skills into
 * its CODEX_HOME, and new threads take no snapshot of the login shell: together, that is half of the work.
 */
export function codexOn(model: ScriptedModel, options: CodexOptions = {}): Codex {
  return usualCodexOn(model, { ...quick(model), ...options });
}

/** Like `codexOn`, with the snapshots and skills that users have: for tests about processes, secrets and trust. */
export function usualCodexOn(model: ScriptedModel, options: CodexOptions = {}): Codex {
  const codex = openCodex(model, options);
  onTestFinished(() => codex.close());
  return codex;
}

export interface WarmCodex {
  model: ScriptedModel;
  codex: Codex;
}

let sharedModel: Promise<ScriptedModel> | undefined;
const warm = new Map<string, Codex>();

/**
 * The warm `Codex` of this test file, on a model that plays `script` from now on: `model.requests` holds the requests of
 * this test only. Starting Codex takes longer than a turn, so most tests use this. Use `scriptedModel` and `codexOn` in a
 * test about starting or ending Codex, about the whole CODEX_HOME, or with its own options.
 */
export async function warmCodex(script: Script, options: CodexOptions = {}): Promise<WarmCodex> {
  sharedModel ??= ScriptedModel.start([]);
  const model = await sharedModel;
  model.play(script);
  const key = JSON.stringify(options);
  const codex = warm.get(key) ?? openShared(model, key, options);
  return { model, codex };
}

/** A test may close it: the next one then starts another. */
function openShared(model: ScriptedModel, key: string, options: CodexOptions): Codex {
  const codex = openCodex(model, { ...quick(model), ...options });
  warm.set(key, codex);
  codex.close = () => {
    warm.delete(key);
    return Codex.prototype.close.call(codex);
  };
  return codex;
}

/** Ends what `warmCodex` started. test/support/setup.ts calls it at the end of each test file. */
export async function closeWarm(): Promise<void> {
  const model = sharedModel;
  sharedModel = undefined;
  await Promise.all([...warm.values()].map((codex) => codex.close()));
  await (await model)?.close();
}

function openCodex(model: ScriptedModel, options: CodexOptions): Codex {
  return new Codex({ env: environmentWithoutProfile(model), ...model.codexOptions(), ...options });
}

function quick(model: ScriptedModel): CodexOptions {
  return model.codexOptions({
    config: { features: { shell_snapshot: false }, skills: { bundled: { enabled: false } } },
  });
}

function environmentWithoutProfile(model: ScriptedModel): Record<string, string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(own), HOME: model.codexHome };
}
