// Makes a prompt's text safe to send.
import { InvalidInputError } from "../errors/errors.js";

/** Codex's limit for the text of one input, in Unicode characters ("Input exceeds the maximum length"). */
const maxCharacters = 1_048_576;

/** Replaces lone surrogates by U+FFFD, as UTF-8 encoders do. Codex drops a request that contains one. */
export function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, "\uFFFD");
}

/** @throws InvalidInputError if `text` is longer than Codex accepts. */
export function checkLength(text: string): void {
  const length = characters(text);
  if (length <= maxCharacters) return;
  throw new InvalidInputError(
    `The input has ${length} characters of text. Codex accepts at most ${maxCharacters}. ` +
      "Write the text to a file in the working directory, and tell the agent to read the file.",
  );
}

function characters(text: string): number {
  // Counting is slow, and matters only near the limit.
  if (text.length <= maxCharacters / 2) return text.length;
  return text.length - (text.match(/[\u{10000}-\u{10FFFF}]/gu)?.length ?? 0);
}
