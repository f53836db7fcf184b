// Detects texts that look like secrets. They are replaced while recording, and a cassette that contains one is not
// written.
import { isJsonObject } from "../../internal/json.js";

const redacted = "[redacted]";

/** Formats that only secrets have. They are always replaced. */
const formats: readonly (readonly [kind: string, pattern: RegExp])[] = [
  ["API key", /\bsk-[A-Za-z0-9_-]{8,}/g],
  ["bearer token", /\bBearer\s+[\w.~+/=-]{8,}/gi],
  ["basic credentials", /\bBasic\s+[A-Za-z0-9+/]{12,}={0,2}/g],
  ["JSON Web Token", /\beyJ[\w-]{8,}\.[\w-]{4,}\.[\w-]*/g],
  ["GitHub token", /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,})/g],
  ["AWS access key", /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ["Google API key", /\bAIza[\w-]{30,}/g],
  ["Slack token", /\bxox[abeprs]-[\w-]{10,}/g],
  ["npm token", /\bnpm_[A-Za-z0-9]{30,}/g],
  ["private key", /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g],
  ["credentials in a URL", /\b[a-z][\w+.-]{0,20}:\/\/[^\s/:@"'{}]+:[^\s/@"'{}]+@/gi],
];

/**
 * Also detects assignments to names that indicate a secret. They are not replaced, because that would damage ordinary
 * code; the cassette is not written.
 */
const assignment =
  /\b[\w-]{0,40}(?:api[_-]?key|access[_-]?token|auth[_-]?token|secret[_-]?key|client[_-]?secret|passw(?:or)?d)["']?\s*[:=]\s*["']?(?=[^\s"']*\d)[A-Za-z0-9+/_.~-]{16,}/i;

export function replaceSecretFormats(text: string): string {
  return formats.reduce((result, [, pattern]) => result.replace(pattern, redacted), text);
}

/** Encodings of a secret: URL encoding, hexadecimal, and Base64 at any offset. */
export function encodedForms(secret: string): string[] {
  const bytes = Buffer.from(secret);
  const base64 = [0, 1, 2].flatMap((offset) => {
    // Omits the first and last characters, which also encode neighbouring bytes.
    const skipped = Math.ceil((offset * 8) / 6);
    const length = Math.floor(((offset + bytes.length) * 8) / 6) - skipped;
    const padded = Buffer.concat([Buffer.alloc(offset), bytes]);
    return (["base64", "base64url"] as const).map((encoding) =>
      padded.toString(encoding).slice(skipped, skipped + length),
    );
  });
  const forms = [
    secret,
    encodeURIComponent(secret),
    bytes.toString("hex"),
    ...base64.filter(({ length }) => length >= 8),
  ];
  return [...new Set(forms)];
}

const base64Text = /[A-Za-z0-9+/_-]{20,}={0,2}/g;

function formatIn(text: string): string | undefined {
  return formats.find(([, pattern]) => text.search(pattern) !== -1)?.[0];
}

/** @returns the path and kind of the first text that looks like a secret, without the text. */
export function secretIn(value: unknown, path = "$"): { path: string; kind: string } | undefined {
  if (typeof value === "string") {
    const format = formatIn(value);
    if (format !== undefined) return { path, kind: format };
    for (const [encoded] of value.matchAll(base64Text)) {
      const decoded = formatIn(Buffer.from(encoded, "base64").toString("latin1"));
      if (decoded !== undefined) return { path, kind: `${decoded} in Base64` };
    }
    return assignment.test(value) ? { path, kind: "assignment to a secret's name" } : undefined;
  }
  const entries = Array.isArray(value) ? value.entries() : isJsonObject(value) ? Object.entries(value) : [];
  for (const [key, entry] of entries) {
    const inKey = typeof key === "string" ? secretIn(key, `${path} (a key)`) : undefined;
    const found = inKey ?? secretIn(entry, typeof key === "number" ? `${path}[${key}]` : `${path}.${key}`);
    if (found) return found;
  }
  return undefined;
}
