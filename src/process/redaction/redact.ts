// Takes secrets out of text that a person may see: errors, stderr, the wire trace.

const redacted = "[redacted]";
/** Shorter values are words such as "true" or "prod"; hiding them would hide the text and no secret. */
const minSecretLength = 6;

const bearer = /\b(Bearer|Basic)(\s+|%20)[\w.~+/=-]{8,}/gi;
const openAiKey = /\bsk-[\w-]{8,}/g;

/**
 * Replaces each secret by `[redacted]`, also where it is escaped for JSON or a URL, or inside base64;
 * and whatever looks like a bearer token or an API key. Secrets of fewer than 6 characters are left.
 */
export function redact(text: string, secrets: readonly string[]): string {
  const pattern = patternFor(secrets);
  const withoutSecrets = pattern ? text.replace(pattern, redacted) : text;
  return withoutSecrets.replace(bearer, `$1$2${redacted}`).replace(openAiKey, redacted);
}

const patterns = new WeakMap<readonly string[], { of: string; pattern: RegExp | undefined }>();

/** Compiled once for each list; a list that has changed since is compiled again. */
function patternFor(secrets: readonly string[]): RegExp | undefined {
  const of = secrets.join("\n");
  const known = patterns.get(secrets);
  if (known?.of === of) return known.pattern;
  const forms = secrets.filter((secret) => secret.length >= minSecretLength).flatMap(formsOf);
  const longestFirst = [...new Set(forms)].toSorted((a, b) => b.length - a.length);
  const pattern = longestFirst.length > 0 ? new RegExp(longestFirst.map(escapeRegExp).join("|"), "g") : undefined;
  patterns.set(secrets, { of, pattern });
  return pattern;
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  // A JSON text inside a JSON string is escaped twice.
  const twice = JSON.stringify(json).slice(1, -1);
  return [secret, json, twice, ...urlForms(secret), ...base64Forms(secret)];
}

function urlForms(secret: string): string[] {
  if (/\p{Surrogate}/u.test(secret)) return []; // half a character, which no URL can hold
  const inForm = new URLSearchParams({ x: secret }).toString().slice("x=".length);
  return [encodeURIComponent(secret), encodeURI(secret), inForm];
}

/** How the secret looks in the base64 of a longer text: it may begin at any of three positions in a group. */
function base64Forms(secret: string): string[] {
  const bytes = Buffer.from(secret, "utf8");
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
    const firstOwn = Math.ceil((offset * 8) / 6);
    const lastOwn = Math.floor(((offset + bytes.length) * 8) / 6);
    const own = encoded.slice(firstOwn, lastOwn);
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

function escapeRegExp(text: string): string {
  return text.replace(/[$()*+.?[\\\]^{|}]/g, "\\$&");
}
