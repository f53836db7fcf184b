// The prompt's text: what codex takes of it.
import { InvalidInputError } from "../errors/errors.js";

/** codex's own limit for the text of one input, in Unicode characters ("Input exceeds the maximum length"). */
const maxCharacters = 1_048_576;

/** `text` as it is sent. Half surrogate pairs become U+FFFD, as in UTF-8: codex drops a request that has one. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, "\uFFFD");
}

/** @throws InvalidInputError when `texts` are longer together than codex takes. */
export function checkLength(texts: readonly string[]): void {
  const length = texts.reduce((sum, text) => sum + characters(text), 0);
  if (length <= maxCharacters) return;
  throw new InvalidInputError(
    `The input has ${length} characters of text; codex takes at most ${maxCharacters}. ` +
      "Write it to a file in the working directory and let the agent read that.",
  );
}

function characters(text: string): number {
  // Counting takes time, and is of use only near the limit.
  if (text.length <= maxCharacters / 2) return text.length;
  return text.length - (text.match(/[\u{10000}-\u{10FFFF}]/gu)?.length ?? 0);
}
