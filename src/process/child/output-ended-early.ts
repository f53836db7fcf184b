// Detects a Codex that has closed its output but keeps running: it cannot report anything any more.
import type { ChildProcess } from "node:child_process";
import { TurnIncompleteError } from "../../errors/errors.js";
import { exited } from "./output-drained.js";

const limitMs = 1_000;

/** Rejects in that case. Never settles for a process that exits with its output, as Codex does. */
export function outputEndedEarly(child: ChildProcess): Promise<TurnIncompleteError> {
  return new Promise((resolve) => {
    child.stdout?.once("close", () => {
      const timer = setTimeout(() => resolve(closedOutputError()), limitMs).unref();
      void exited(child).then(() => clearTimeout(timer));
    });
  });
}

function closedOutputError(): TurnIncompleteError {
  return new TurnIncompleteError("Codex closed its output before the turn ended, and was killed. Run the turn again.");
}
