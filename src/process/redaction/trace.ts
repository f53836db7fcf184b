// The messages between this SDK and Codex, for people: on stderr (`NODE_DEBUG=codex-sdk`), and for observers.
import { debuglog } from "node:util";
import type { ProtocolMessage } from "../../instruments/observer.js";
import type { Redactor } from "./redactor.js";

/** `->` to codex, `<-` from codex, `--` about the process. */
type TraceDirection = "->" | "<-" | "--";

const maxLength = 2000;
/** Of a message for observers. */
const maxMessageLength = 16_384;
const longestSecret = 8192;
const log = debuglog("codex-sdk");

/** Prints the line, redacted and cut at 2,000 characters, if `NODE_DEBUG` includes `codex-sdk`. */
export function trace(direction: TraceDirection, line: string, redactor?: Redactor): void {
  if (!log.enabled) return;
  const { text, length } = beginningOf(line, maxLength, redactor);
  log("%s %s", direction, length <= maxLength ? text : `${text}… (${length} characters)`);
}

/** A message for observers, redacted and cut at 16,384 characters. */
export function toProtocolMessage(
  direction: ProtocolMessage["direction"],
  line: string,
  redactor: Redactor,
): ProtocolMessage {
  return { direction, ...beginningOf(line, maxMessageLength, redactor), at: new Date() };
}

function beginningOf(line: string, longest: number, redactor: Redactor | undefined): { text: string; length: number } {
  const whole = line.trimEnd();
  // A secret that the cut divides must be whole when it is looked for.
  const text = whole.slice(0, longest + longestSecret);
  const redacted = redactor?.redact(text) ?? text;
  return { text: whole.length <= longest ? redacted : redacted.slice(0, longest), length: whole.length };
}
