// Escapes untrusted text for display, so that no part of it can imitate other text.

/**
 * Control and format characters, line separators, blanks other than the space, and characters without a glyph. They move
 * the cursor, reorder the line, or are invisible.
 */
const hidden =
  /[\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|(?! )\p{Zs}|\p{M}(?=\p{M}{2})/gu;

export function printable(text: string): string {
  return text.replaceAll(hidden, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** In double quotes. Quotes and backslashes in the text are escaped, so that its end is unambiguous. */
export function quoted(text: string): string {
  return `"${printable(text.replaceAll(/["\\]/g, String.raw`\$&`))}"`;
}
