// Prints the messages between this SDK and Codex on stderr: `NODE_DEBUG=codex-sdk`.
import { debuglog } from "node:util";
import type { Redactor } from "./redactor.js";

/** `->` to codex, `<-` from codex, `--` about the process. */
type TraceDirection = "->" | "<-" | "--";

const maxLength = 2000;
const longestSecret = 8192;
const log = debuglog("codex-sdk");

/** Prints the line, redacted and cut at 2,000 characters, if `NODE_DEBUG` includes `codex-sdk`. */
export function trace(direction: TraceDirection, line: string, redactor?: Redactor): void {
  if (!log.enabled) return;
  const text = line.trimEnd();
  // A secret that the cut divides must be whole when it is looked for.
  const shown = text.slice(0, maxLength + longestSecret);
  log("%s %s", direction, shorten(redactor?.redact(shown) ?? shown, text.length));
}

function shorten(line: string, length: number): string {
  if (length <= maxLength) return line;
  return `${line.slice(0, maxLength)}… (${length} characters)`;
}
