// Handles Ctrl-C and similar signals: ends the program in order, and sets its exit code.
import os from "node:os";

export interface Stop {
  /** Aborts at the first signal. */
  readonly signal: AbortSignal;
  /** 128 plus the signal's number, as in shells; undefined without a signal. */
  readonly exitCode: number | undefined;
}

export function listenForStop(): Stop {
  const controller = new AbortController();
  let exitCode: number | undefined;
  const stop = (name: NodeJS.Signals) => {
    exitCode ??= 128 + (os.constants.signals[name] ?? 0);
    controller.abort(new Error(`Stopped by ${name}.`));
  };
  // Further signals have no effect: the program is already ending, within a time limit.
  for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(name, stop);
  // The reader of the output has exited, as in `npm start | head`.
  process.stdout.on("error", () => stop("SIGPIPE"));
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode;
    },
  };
}
