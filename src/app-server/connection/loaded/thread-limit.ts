// The number of threads that a Codex process may have loaded, given its limit of open files.
import { readFileSync } from "node:fs";

/** Used if the limit of the process is unknown. */
const assumedFiles = 1_024;
/** Descriptors for the process itself: its databases, connections to the model, pipes. */
const reservedFiles = 96;
/** Two for a loaded thread, and two for its commands and MCP servers and for threads that are being unloaded. */
const filesPerThread = 4;
const minThreads = 8;

export function threadLimit(pid: number | undefined): number {
  return Math.max(minThreads, Math.floor((openFilesLimit(pid) - reservedFiles) / filesPerThread));
}

function openFilesLimit(pid: number | undefined): number {
  try {
    const limits = readFileSync(`/proc/${pid}/limits`, "utf8");
    const softLimit = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
    return softLimit === undefined ? assumedFiles : Number(softLimit);
  } catch {
    return assumedFiles;
  }
}
