// When a process has ended and said all it had to say.
import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";

/** A descendant may keep the output open for ever; after this silence there is nothing more of the process itself. */
const silenceMs = 100;
/** A descendant may also keep writing. */
const longestMs = 1000;

/** Settles after the exit, when both outputs have ended or been silent for 100 ms; then closes them. */
export async function drained(child: ChildProcess): Promise<void> {
  const outputs = [child.stdout, child.stderr].filter((output) => output !== null);
  const ended = Promise.all(outputs.map(endOf));
  await exitOf(child);
  const silence = silent(outputs);
  await Promise.race([ended, silence.promise]);
  silence.cancel();
  for (const output of outputs) output.destroy();
  child.stdin?.destroy();
}

function exitOf(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });
}

function endOf(output: Readable): Promise<void> {
  return new Promise((resolve) => {
    output.once("close", resolve);
    output.once("end", resolve);
  });
}

function silent(outputs: readonly Readable[]): { promise: Promise<void>; cancel: () => void } {
  let cancel = () => {};
  const promise = new Promise<void>((resolve) => {
    const quiet = setTimeout(resolve, silenceMs);
    const enough = setTimeout(resolve, longestMs);
    const heard = () => quiet.refresh();
    for (const output of outputs) output.on("data", heard);
    cancel = () => {
      clearTimeout(quiet);
      clearTimeout(enough);
      for (const output of outputs) output.off("data", heard);
    };
  });
  return { promise, cancel };
}
