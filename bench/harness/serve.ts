// The program's side of `startProgram`: reports that it is ready, and answers calls until its parent disconnects.
import type { ProgramMessage, Operations, ProgramCall } from "./program.js";

/** The value that the parent passed to `startProgram`. */
export function setup(): unknown {
  return JSON.parse(process.argv[2] ?? "null");
}

/** Runs calls one after the other, and `onDisconnect` when the parent has disconnected. */
export function serve(
  operations: Operations,
  options: { ready?: unknown; onDisconnect(): Promise<void> | void },
): void {
  let last: Promise<void> = Promise.resolve();
  process.on("message", (call: ProgramCall) => {
    last = last.then(() => answer(operations, call));
  });
  process.once("disconnect", () => void last.then(() => options.onDisconnect()));
  send({ ready: options.ready ?? null });
}

/** Reports an error instead of `ready`, and exits. */
export function reportStartError(error: unknown): never {
  send({ id: 0, error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

async function answer(operations: Operations, { id, operation, argument }: ProgramCall): Promise<void> {
  try {
    const run = operations[operation];
    if (!run) throw new Error(`Unknown operation: "${operation}".`);
    // `Program.call` has checked the type of the argument.
    send({ id, result: (await run(argument as never)) ?? null });
  } catch (error) {
    send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function send(message: ProgramMessage): void {
  if (process.connected) process.send?.(message);
}
