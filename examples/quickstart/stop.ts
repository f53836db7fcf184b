// Ctrl-C and its kin: asks the program to end in order, once, and says what to tell the shell.
import os from "node:os";

export interface Stop {
  /** Fires at the first signal. */
  readonly signal: AbortSignal;
  /** 128 plus the signal's number, as shells have it; undefined while nobody asked. */
  readonly exitCode: number | undefined;
}

export function listenForStop(): Stop {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const stop = (name: NodeJS.Signals) => {
    exitCode ??= 128 + (os.constants.signals[name] ?? 0);
    controller.abort(new Error(`Stopped by ${name}.`));
  };
  // More of them change nothing: the end is under way, and its time is limited.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);
  // Whoever read our output has gone, as in `npm start | head`.
  process.stdout.on("error", () => stop("SIGPIPE"));
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
  };
}
