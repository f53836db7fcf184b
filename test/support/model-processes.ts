// The processes that work for a scripted model: codex, and all that came of it (Linux).
import { readdirSync, readFileSync } from "node:fs";
import type { ScriptedModel } from "../../src/testing/index.js";

export interface FoundProcess {
  pid: number;
  commandLine: string;
  /** `NAME=value` entries. */
  environment: string[];
}

/** Those that were started with the model's CODEX_HOME in their environment. */
export function processesOf(model: ScriptedModel): FoundProcess[] {
  const entry = `CODEX_HOME=${model.codexHome}`;
  return allProcesses().filter(({ environment }) => environment.includes(entry));
}

/** What a failed expectation should show of them. */
export function commandLinesOf(model: ScriptedModel): string[] {
  return processesOf(model).map(({ commandLine }) => commandLine);
}

export function allProcesses(): FoundProcess[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap(find);
}

function find(pid: string): FoundProcess[] {
  try {
    const [environment = "", commandLine = ""] = ["environ", "cmdline"].map((file) =>
      readFileSync(`/proc/${pid}/${file}`, "utf8"),
    );
    return [{ pid: Number(pid), commandLine: commandLine.replaceAll("\0", " "), environment: environment.split("\0") }];
  } catch {
    return []; // gone, or nobody's to look at
  }
}
