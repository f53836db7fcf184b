// How Codex was started, as the stand-in recorded it.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fixture } from "../support/workspace.js";

export const recordingCodex = fixture("recording-codex.sh");

export interface Recording {
  argv: string[];
  env: Record<string, string>;
  stdin: string;
  cwd: string;
  /** The content of the file that `--output-schema` named. */
  schema: unknown;
}

export function readRecording(directory: string): Recording {
  const read = (name: string) => readFileSync(path.join(directory, name), "utf8");
  const entries = read("environment").split("\0").filter(Boolean);
  const schemaFile = path.join(directory, "schema");
  return {
    argv: read("arguments").split("\0").slice(0, -1),
    env: Object.fromEntries(
      entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
    ),
    stdin: read("input"),
    cwd: read("directory").trim(),
    schema: existsSync(schemaFile) ? JSON.parse(readFileSync(schemaFile, "utf8")) : undefined,
  };
}
