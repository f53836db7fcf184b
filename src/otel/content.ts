// Captured content of turns, redacted and truncated.
import { messageOf as describe } from "../internal/message-of.js";
import { replaceSecretFormats } from "../internal/secret-formats.js";

/** Longer values are truncated. */
const longestText = 16_384;

const assignment = /\b((?:api[_-]?key|token|secret|passw(?:or)?d)["']?\s*[:=]\s*["']?)[^\s"',;]{4,}/gi;

export type Redact = (text: string) => string;

/** Formats a value as an attribute. `redact` of the user runs after the built-in redaction. */
export function contentOf(value: unknown, redact: Redact | undefined): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  const redacted = replaceSecretFormats(text).replace(assignment, "$1[redacted]");
  const own = redact ? redact(redacted) : redacted;
  return own.length > longestText ? `${own.slice(0, longestText)}… (${own.length} characters)` : own;
}

/** Content is omitted if `redact` of the user fails: it could contain what should be removed. */
export function safeRedact(redact: Redact): Redact {
  let hasWarned = false;
  return (text) => {
    try {
      const result: unknown = redact(text);
      if (typeof result === "string") return result;
      // A rejection must not end the program.
      void Promise.resolve(result).catch(() => undefined);
      throw new TypeError("it did not return a string");
    } catch (error) {
      if (!hasWarned) {
        process.emitWarning(`\`redact\` of openTelemetry() failed: ${describe(error)}. The content is omitted.`, {
          type: "CodexObserverWarning",
        });
      }
      hasWarned = true;
      return "[omitted]";
    }
  };
}

/** A message in the format of the conventions. */
export function messageOf(role: "user" | "assistant", content: unknown): object[] {
  return [{ role, parts: [{ type: "text", content }] }];
}
