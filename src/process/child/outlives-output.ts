// A codex that has closed its output and lives on can say nothing any more.
import type { ChildProcess } from "node:child_process";
import { TurnIncompleteError } from "../../errors/errors.js";
import { exited } from "./drained.js";

const limitMs = 1_000;

/** Settles with the error for such an end of output; never for a process that ends with its output, as each does. */
export function outlivesOutput(child: ChildProcess): Promise<TurnIncompleteError> {
  return new Promise((resolve) => {
    child.stdout?.once("close", () => {
      const timer = setTimeout(() => resolve(mutedError()), limitMs).unref();
      void exited(child).then(() => clearTimeout(timer));
    });
  });
}

function mutedError(): TurnIncompleteError {
  return new TurnIncompleteError("codex closed its output without ending what it had begun. It was ended.");
}
