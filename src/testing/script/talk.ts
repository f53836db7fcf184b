// Steps in which the model writes: messages and reasoning.
import type { MessagePart, PiecedText, ReasoningPart } from "./part.js";
import { ScriptError } from "./script-error.js";

export interface PieceOptions {
  /** The deltas in which the text arrives: the pieces themselves, or how many to make. Default 1. */
  pieces?: number | readonly string[];
  /** How long to wait before each piece but the first, in milliseconds. Default 0. */
  pauseMs?: number;
}

export interface SayOptions extends PieceOptions {
  /** `commentary` while work goes on, `final_answer` at its end. Default: none, as older models answer. */
  phase?: "commentary" | "final_answer";
}

/** The model writes a message. Without a call beside it, it ends the turn. */
export function say(text: string, options: SayOptions = {}): MessagePart {
  return { kind: "message", phase: options.phase, ...inPieces("say", text, options) };
}

/** The model shows a summary of its reasoning. */
export function reason(text: string, options: PieceOptions = {}): ReasoningPart {
  return { kind: "reasoning", ...inPieces("reason", text, options) };
}

function inPieces(who: string, text: string, { pieces = 1, pauseMs = 0 }: PieceOptions): PiecedText {
  const list = typeof pieces === "number" ? cutEvenly(text, pieces) : pieces;
  if (list.join("") !== text) {
    throw new ScriptError(
      `${who}(): the pieces are ${JSON.stringify(list.join(""))} together, not the text ${JSON.stringify(text)}.`,
    );
  }
  return { text, pieces: list, pauseMs };
}

function cutEvenly(text: string, count: number): string[] {
  if (!Number.isInteger(count) || count < 1) {
    throw new ScriptError(`The number of pieces must be a whole number of at least 1; it is ${count}.`);
  }
  const characters = Array.from(text);
  const size = Math.max(1, Math.ceil(characters.length / count));
  const pieces: string[] = [];
  for (let i = 0; i < characters.length; i += size) pieces.push(characters.slice(i, i + size).join(""));
  return pieces;
}
