// Detects texts that look like secrets: a cassette that contains one is not written.
import { isJsonObject } from "../../internal/json.js";
import { secretFormatIn } from "../../internal/secret-formats.js";

/**
 * Also detects assignments to names that indicate a secret. They are not replaced, because that would damage ordinary
 * code; the cassette is not written.
 */
const assignment =
  /\b[\w-]{0,40}(?:api[_-]?key|access[_-]?token|auth[_-]?token|secret[_-]?key|client[_-]?secret|passw(?:or)?d)["']?\s*[:=]\s*["']?(?=[^\s"']*\d)[A-Za-z0-9+/_.~-]{16,}/i;

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

/** @returns the path and kind of the first text that looks like a secret, without the text. */
export function secretIn(value: unknown, path = "$"): { path: string; kind: string } | undefined {
  if (typeof value === "string") {
    const format = secretFormatIn(value);
    if (format !== undefined) return { path, kind: format };
    for (const [encoded] of value.matchAll(base64Text)) {
      const decoded = secretFormatIn(Buffer.from(encoded, "base64").toString("latin1"));
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
