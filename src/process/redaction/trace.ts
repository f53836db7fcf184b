// The wire, line by line, on stderr: `NODE_DEBUG=codex-sdk`.
import { debuglog } from "node:util";
import { redact } from "./redact.js";

/** `->` to codex, `<-` from codex, `--` about the process. */
type TraceDirection = "->" | "<-" | "--";

const maxLength = 2000;
const log = debuglog("codex-sdk");

/** Prints the line without `secrets`, cut at 2,000 characters, when `NODE_DEBUG` names `codex-sdk`; else does nothing. */
export function trace(direction: TraceDirection, line: string, secrets: readonly string[] = []): void {
  if (log.enabled) log("%s %s", direction, shorten(redact(line.trimEnd(), secrets)));
}

function shorten(line: string): string {
  if (line.length <= maxLength) return line;
  return `${line.slice(0, maxLength)}… (${line.length} characters)`;
}
