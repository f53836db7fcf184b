// The model requests of a thread and its sub-agents, from their rollouts.
import type { ModelCall } from "../usage/turn-usage.js";
import { callMarks, CallRecords } from "./call-records.js";
import { childFiles, creationTime } from "./child-files.js";
import { readRecords } from "./read-records.js";

/** `file` is the thread's rollout. Requests that a fork inherited are in another file, and do not count. */
export async function recordedCalls(file: string, threadId: string): Promise<ModelCall[]> {
  const calls: ModelCall[] = [];
  const records = new CallRecords();
  await readRecords(file, callMarks, (line) => {
    const record = records.read(line);
    if (record) calls.push(record.call);
  });
  const span = { startedAtMs: creationTime(threadId), endedAtMs: Date.now() };
  for (const child of await childFiles(file, threadId, span)) {
    calls.push(...(await recordedCalls(child.file, child.threadId)));
  }
  return calls;
}
