// The results of a run, as stored in bench/results/.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { codexVersion, version } from "codex-sdk";
import type { Goal } from "../measurement.js";
import type { Row } from "./series.js";

export interface MeasurementResult {
  title: string;
  seconds: number;
  rows: Row[];
  goals?: Goal[];
  notes?: string[];
}

export interface Results {
  date: string;
  quick: boolean;
  versions: Record<"codex-sdk" | "codex" | "@openai/codex-sdk" | "node", string>;
  machine: { platform: string; cpus: number; model: string; memoryGb: number; loadAtStart: number };
  measurements: Record<string, MeasurementResult>;
}

export function resultsOf(quick: boolean): Results {
  const cpus = os.cpus();
  return {
    date: new Date().toISOString(),
    quick,
    versions: {
      "codex-sdk": version,
      codex: codexVersion,
      "@openai/codex-sdk": referenceVersion(),
      node: process.versions.node,
    },
    machine: {
      platform: `${process.platform}-${process.arch}`,
      cpus: cpus.length,
      model: cpus[0]?.model ?? "unknown",
      memoryGb: Math.round(os.totalmem() / 2 ** 30),
      loadAtStart: Math.round((os.loadavg()[0] ?? 0) * 10) / 10,
    },
    measurements: {},
  };
}

/** Searches the directories, because the package does not export its package.json. */
function referenceVersion(): string {
  const entry = createRequire(import.meta.url).resolve.paths("@openai/codex-sdk") ?? [];
  for (const directory of entry) {
    try {
      const manifest: unknown = JSON.parse(
        readFileSync(path.join(directory, "@openai/codex-sdk/package.json"), "utf8"),
      );
      if (typeof manifest === "object" && manifest !== null && "version" in manifest) return String(manifest.version);
    } catch {
      // Not in this directory.
    }
  }
  return "unknown";
}

/** Writes to the file, or to `<version>.json` in the directory. @returns the path of the file. */
export function writeResults(target: string, results: Results): string {
  const file = target.endsWith(".json") ? target : path.join(target, `${results.versions["codex-sdk"]}.json`);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(results, rounded, 2)}\n`);
  return file;
}

export function readResults(file: string): Results {
  // The file was written by `writeResults`.
  return JSON.parse(readFileSync(file, "utf8")) as Results;
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === "number" && Number.isFinite(value) ? Number(value.toPrecision(5)) : value;
}
