// Reads the sandbox and the directory of a thread's last turn from its rollout.
import type { JsonObject } from "../internal/json.js";
import { recordedSandbox, recordedSettings, sandboxMarks } from "../sandbox/recorded-sandbox.js";
import type { Sandbox } from "../sandbox/sandbox.js";
import { readRecords } from "./read-records.js";

export interface SavedSandbox {
  /** Undefined if it is not recorded, or cannot be represented. */
  sandbox: Sandbox | undefined;
  cwd: string | undefined;
}

/** A record limits the permissions of a resumed thread. It never permits more than the caller and the configuration do. */
export async function readSavedSandbox(file: string): Promise<SavedSandbox> {
  let last: JsonObject | undefined;
  await readRecords(file, sandboxMarks, (record) => {
    last = recordedSettings(record) ?? last;
  });
  const cwd = last?.["cwd"];
  return { sandbox: recordedSandbox(last), cwd: typeof cwd === "string" ? cwd : undefined };
}
