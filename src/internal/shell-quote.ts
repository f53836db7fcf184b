// Quotes a word as a POSIX shell reads it.

export function shellQuoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!word.includes("'")) return `'${word}'`;
  return `"${word.replaceAll(/["$`\\]/g, String.raw`\$&`)}"`;
}
