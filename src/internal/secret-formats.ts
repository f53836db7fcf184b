// Recognises secrets by their form: keys, tokens and credentials of known services.

const redacted = "[redacted]";

/** Formats that only secrets have. */
const formats: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ["API key", /\b[srp]k[-_][A-Za-z0-9_-]{8,}/g],
  ["bearer token", /\bBearer\s+[\w.~+/=-]{8,}/gi],
  ["basic credentials", /\bBasic\s+[A-Za-z0-9+/]{12,}={0,2}/g],
  ["JSON Web Token", /\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g],
  ["GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g],
  ["GitLab token", /\bglpat-[\w-]{20,}/g],
  ["AWS access key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ["Google API key", /\bAIza[\w-]{30,}/g],
  ["Slack token", /\bxox[abeprs]-[\w-]{10,}/g],
  ["npm token", /\bnpm_[A-Za-z0-9]{30,}/g],
  ["private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g],
  ["credentials in a URL", /\b[a-z][\w+.-]{0,20}:\/\/[^\s/:@"'{}]+:[^\s/@"'{}]+@/gi],
];

/** The kind of the first secret format in the text. */
export function secretFormatIn(text: string): string | undefined {
  return formats.find(([, pattern]) => text.search(pattern) !== -1)?.[0];
}

export function replaceSecretFormats(text: string): string {
  return formats.reduce((result, [, pattern]) => result.replace(pattern, redacted), text);
}
