// Captured content of turns, redacted and truncated.

/** Longer values are truncated. */
const longestText = 16_384;

/** Keys and tokens in text. */
const secrets: readonly [RegExp, string][] = [
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, "$1 [redacted]"],
  [/\b(sk|rk|pk|ghp|gho|ghs|github_pat|glpat|xox[abprs])[-_][A-Za-z0-9_-]{8,}/g, "[redacted]"],
  [/\bAKIA[A-Z0-9]{16}\b/g, "[redacted]"],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, "[redacted]"],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, "[redacted]"],
  [/\b((?:api[_-]?key|token|secret|passw(?:or)?d)["']?\s*[:=]\s*["']?)[^\s"',;]{4,}/gi, "$1[redacted]"],
  [/(:\/\/[^\s:/@]+:)[^\s@/]+@/g, "$1[redacted]@"],
];

/** Formats a value as an attribute. `redact` of the user runs after the built-in redaction. */
export function contentOf(value: unknown, redact: ((text: string) => string) | undefined): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const redacted = secrets.reduce((text, [pattern, replacement]) => text.replace(pattern, replacement), text);
  const own = redact ? redact(redacted) : redacted;
  return own.length > longestText ? `${own.slice(0, longestText)}… (${own.length} characters)` : own;
}

/** A message in the format of the conventions. */
export function messageOf(role: "user" | "assistant", content: unknown): object[] {
  return [{ role, parts: [{ type: "text", content }] }];
}
