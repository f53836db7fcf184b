// Steps in which the model writes: messages and reasoning.
import type { MessagePart, PiecedText, ReasoningPart } from "./part.js";
import { ScriptError } from "./script-error.js";

export interface PieceOptions {
  /** The deltas of the text: the pieces themselves, or their number. @defaultValue 1 */
  pieces?: number | readonly string[];
  /** Delay before each piece except the first, in milliseconds. @defaultValue 0 */
  pauseMs?: number;
}

export interface SayOptions extends PieceOptions {
  /** `commentary` while work continues, `final_answer` at its end. @defaultValue none, as in older models */
  phase?: "commentary" | "final_answer";
}

/** The model writes a message. In a response without calls, it ends the turn. */
export function say(text: string, options: SayOptions = {}): MessagePart {
  return { kind: "message", phase: options.phase, ...inPieces("say", text, options) };
}

/** The model emits a summary of its reasoning. */
export function reason(text: string, options: PieceOptions = {}): ReasoningPart {
  return { kind: "reasoning", ...inPieces("reason", text, options) };
}

function inPieces(who: string, text: string, { pieces = 1, pauseMs = 0 }: PieceOptions): PiecedText {
  const list = typeof pieces === "number" ? splitEvenly(text, pieces) : pieces;
  if (list.join("") !== text) {
    throw new ScriptError(
      `${who}(): the pieces add up to ${JSON.stringify(list.join(""))}, not to the text ${JSON.stringify(text)}.`,
    );
  }
  return { text, pieces: list, pauseMs };
}

function splitEvenly(text: string, count: number): string[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new ScriptError(`The number of pieces must be a whole number of at least 1, not ${count}.`);
  }
  const characters = Array.from(text);
  const size = Math.max(1, Math.ceil(characters.length / count));
  const pieces: string[] = [];
  for (let i = 0; i < characters.length; i += size) pieces.push(characters.slice(i, i + size).join(""));
  return pieces;
}
