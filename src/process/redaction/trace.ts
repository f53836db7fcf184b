// Traces the messages between this SDK and Codex: on stderr (`NODE_DEBUG=codex-sdk`), and for observers.
import { debuglog } from "node:util";
import type { ProtocolMessage } from "../../instruments/observer.js";
import type { Redactor } from "./redactor.js";

/** `->` to Codex, `<-` from Codex, `--` about the process. */
type TraceDirection = "->" | "<-" | "--";

const maxLength = 2000;
/** The maximum length of a message for observers. */
const maxMessageLength = 16_384;
const log = debuglog("codex-sdk");
const unredacted = { redactBeginning: (text: string, longest: number) => text.slice(0, longest) };

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

function beginningOf(
  line: string,
  longest: number,
  redactor: Pick<Redactor, "redactBeginning"> = unredacted,
): { text: string; length: number } {
  const whole = line.trimEnd();
  return { text: redactor.redactBeginning(whole, longest), length: whole.length };
}
