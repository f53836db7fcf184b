// Fresh directories for tests, removed when the test that asked for them ends.
import { execFileSync } from "node:child_process";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import { Codex } from "../../src/index.js";
import type { CodexOptions } from "../../src/index.js";
import { ScriptedModel } from "../../src/testing/index.js";
import type { Script } from "../../src/testing/index.js";

export function temporaryDirectory(prefix = "codex-sdk-test-", parent = os.tmpdir()): string {
  const directory = realpathSync(mkdtempSync(path.join(parent, prefix)));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true, maxRetries: 5 }));
  return directory;
}

/** A fresh git repository without commits. */
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

/** A `Codex` on the model, closed when the test ends. Its shells read nobody's profile. */
export function codexOn(model: ScriptedModel, options: CodexOptions = {}): Codex {
  const codex = new Codex({ env: environmentWithoutProfile(model), ...model.codexOptions(), ...options });
  onTestFinished(() => codex.close());
  return codex;
}

function environmentWithoutProfile(model: ScriptedModel): Record<string, string> {
  const own = Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return { ...Object.fromEntries(own), HOME: model.codexHome };
}
