// A `Codex` on the stand-in app-server, which misbehaves on request.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { onTestFinished } from "vitest";
import { Codex } from "../../src/index.js";
import type { CodexOptions } from "../../src/index.js";
import { temporaryDirectory } from "./workspace.js";

/** The behaviour of the stand-in; see the fixture. */
export type StandInStep =
  | "usual"
  | "answer"
  | "complete"
  | "closeStdout"
  | { wait: number }
  | { result: unknown }
  | { error: { code: number; message: string; data?: unknown } }
  | { line: object }
  | { raw: string }
  | { bytes: readonly number[] }
  | { play: string }
  | { long: number }
  | { stderr: string }
  | { exit: number }
  | { kill: NodeJS.Signals };

export type StandInPlan = Readonly<Record<string, readonly StandInStep[] | readonly (readonly StandInStep[])[]>>;

export interface Received {
  id?: number | string;
  method?: string;
  params?: Record<string, unknown>;
  result?: unknown;
  error?: { code: number; message: string };
}

export interface StandIn {
  codex: Codex;
  /** The PIDs of all processes that were started. */
  starts(): number[];
  /** Every message that any of them has read. */
  received(): Received[];
}

export const standInPath = path.resolve(import.meta.dirname, "../fixtures/stand-in-app-server.mjs");

/** Options for a `Codex` on the stand-in; its records are in `directory`. */
export function standInOptions(plan: StandInPlan, directory: string): CodexOptions {
  const env = { PATH: process.env["PATH"] ?? "", STAND_IN: JSON.stringify(plan), STAND_IN_DIR: directory };
  return { codexPathOverride: standInPath, codexHome: directory, shutdownGraceMs: 500, env };
}

/** A `Codex` on the stand-in, closed when the test ends. */
export function standIn(plan: StandInPlan, options: CodexOptions = {}): StandIn {
  const directory = temporaryDirectory();
  const codex = new Codex({ ...standInOptions(plan, directory), ...options });
  onTestFinished(() => codex.close());
  return {
    codex,
    starts: () => linesOf(path.join(directory, "starts")).map(Number),
    received: () => linesOf(path.join(directory, "received")).map((line) => JSON.parse(line) as Received),
  };
}

function linesOf(file: string): string[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8").split("\n").slice(0, -1);
}
