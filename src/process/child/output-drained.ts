// Detects when a process has exited and all its output was read.
import type { ChildProcess } from "node:child_process";
import { setImmediate as nextTurn, setTimeout as delay } from "node:timers/promises";
import type { Readable } from "node:stream";

/** A descendant may keep the output open: after this time without data, the process itself has no more output. */
const silenceMs = 100;
/** A descendant may also keep writing. */
const longestMs = 500;

/** Resolves after the exit, when both outputs have ended or have had no data for 100 ms. Then closes them. */
export async function outputDrained(child: ChildProcess): Promise<void> {
  const outputs = [child.stdout, child.stderr].filter((output) => output !== null);
  const ended = Promise.all(outputs.map(closed));
  await exited(child);
  const waiting = new AbortController();
  await Promise.race([ended, silent(outputs, waiting.signal)]);
  waiting.abort();
  for (const output of outputs) output.destroy();
  child.stdin?.destroy();
}

export async function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  await new Promise<void>((resolve) => child.once("exit", () => resolve()));
}

async function closed(output: Readable): Promise<void> {
  if (!output.closed) await new Promise<void>((resolve) => output.once("close", resolve));
}

async function silent(outputs: readonly Readable[], signal: AbortSignal): Promise<void> {
  let chunks = 0;
  const count = () => chunks++;
  for (const output of outputs) output.on("data", count);
  const deadline = performance.now() + longestMs;
  for (let before = -1; before !== chunks && !signal.aborted && performance.now() < deadline;) {
    before = chunks;
    await delay(silenceMs, undefined, { signal }).catch(() => {});
    // A host whose event loop was blocked has not read the available data yet. It does so before the next iteration.
    await nextTurn();
  }
  for (const output of outputs) output.off("data", count);
}
