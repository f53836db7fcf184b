// The program's side of `startProgram`: says that it is ready, and answers calls until its parent leaves.
import type { FromProgram, Operations, ToProgram } from "./program.js";

/** What the parent, this bench, gave the program to begin with. */
export function setup(): unknown {
  return JSON.parse(process.argv[2] ?? "null");
}

/** Calls are answered one after the other. `onLeft` runs when the parent has gone. */
export function serve(operations: Operations, options: { ready?: unknown; onLeft(): Promise<void> | void }): void {
  let last: Promise<void> = Promise.resolve();
  process.on("message", (call: ToProgram) => {
    last = last.then(() => answer(operations, call));
  });
  process.once("disconnect", () => void last.then(() => options.onLeft()));
  send({ ready: options.ready ?? null });
}

/** Says why it cannot be ready. */
export function refuse(error: unknown): never {
  send({ id: 0, error: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

async function answer(operations: Operations, { id, operation, argument }: ToProgram): Promise<void> {
  try {
    const run = operations[operation];
    if (!run) throw new Error(`There is no operation "${operation}".`);
    // The caller's types saw to it that the argument fits.
    send({ id, result: (await run(argument as never)) ?? null });
  } catch (error) {
    send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
}

function send(message: FromProgram): void {
  if (process.connected) process.send?.(message);
}
