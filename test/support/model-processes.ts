// The processes of a scripted model: Codex, and its descendants (Linux).
import { readdirSync, readFileSync } from "node:fs";
import type { ScriptedModel } from "../../src/testing/index.js";

export interface FoundProcess {
  pid: number;
  parent: number;
  commandLine: string;
  /** `NAME=value` entries. */
  environment: string[];
}

/** The processes that were started with the model's CODEX_HOME in their environment. */
export function processesOf(model: ScriptedModel): FoundProcess[] {
  const entry = `CODEX_HOME=${model.codexHome}`;
  return allProcesses().filter(({ environment }) => environment.includes(entry));
}

/** Their description in a failed expectation. */
export function commandLinesOf(model: ScriptedModel): string[] {
  return processesOf(model).map(({ commandLine }) => commandLine);
}

/** The IDs of Codex's app-servers. A forked child that does not run its own program yet does not count. */
export function appServersOf(model: ScriptedModel): number[] {
  const servers = processesOf(model).filter(({ commandLine }) => commandLine.split(" ")[1] === "app-server");
  const ids = new Set(servers.map(({ pid }) => pid));
  return servers.filter(({ parent }) => !ids.has(parent)).map(({ pid }) => pid);
}

export function allProcesses(): FoundProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(find);
}

function find(pid: string): FoundProcess[] {
  try {
    const read = (file: string) => readFileSync(`/proc/${pid}/${file}`, "utf8");
    const [environment, commandLine, status] = [read("environ"), read("cmdline"), read("status")];
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
    const shown = commandLine.replaceAll("\0", " ");
    return [{ pid: Number(pid), parent, commandLine: shown, environment: environment.split("\0") }];
  } catch {
    return []; // The process has ended, or belongs to another user.
  }
}
