// Removes machine-specific and time-dependent text, and secrets.
import { isJsonObject, type JsonObject } from "../../internal/json.js";
import { replaceSecretFormats } from "../../internal/secret-formats.js";
import { insertPlaceholders } from "./placeholders.js";
import type { DirectoryPlaceholder } from "./placeholders.js";

export interface Normaliser {
  placeholders: readonly DirectoryPlaceholder[];
  /** Exact texts to replace, longest first. */
  secrets: readonly string[];
}

const accountId = /\b(?:org|proj|user|acct|account)[-_](?=[A-Za-z]*\d)[A-Za-z0-9]{16,}\b/g;

/** Applied to all stored texts: removes directories, secrets and account IDs. */
export function normaliseText(text: string, { placeholders, secrets }: Normaliser): string {
  let result = insertPlaceholders(text, placeholders);
  for (const secret of secrets) result = result.replaceAll(secret, "[redacted]");
  return replaceSecretFormats(result).replace(accountId, "{{account}}");
}

/** Applied to requests: also removes dates, IDs, versions and durations. */
export function comparableText(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "{{id}}")
    .replaceAll(/\b\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?/g, "{{date}}")
    .replaceAll(/\b\d+\.\d+\.\d+(?:-[\w.]+)?\b/g, "{{version}}")
    .replaceAll(/\bChunk ID: \w+/g, "Chunk ID: {{id}}")
    .replaceAll(/\bWall time: [\d.]+ seconds/g, "Wall time: {{duration}}")
    .replaceAll(/\bsession ID \d+/g, "session ID {{id}}");
}

/** Applies `change` to every string in a JSON value except keys. */
export function mapTexts<Value>(value: Value, change: (text: string) => string): Value {
  if (typeof value === "string") return change(value) as Value;
  if (Array.isArray(value)) return value.map((entry: unknown) => mapTexts(entry, change)) as Value;
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, mapTexts(entry, change)])) as Value;
}

const runtimeFields = new Set(["id", "internal_chat_message_metadata_passthrough"]);

/** Converts an input item to its stored form, without Codex's metadata and opaque content. */
export function normaliseItem(item: JsonObject, normaliser: Normaliser): JsonObject {
  const kept = Object.entries(item).filter(([key]) => !runtimeFields.has(key));
  const clean = mapTexts(Object.fromEntries(kept), (text) => comparableText(normaliseText(text, normaliser)));
  if (typeof clean["encrypted_content"] === "string") clean["encrypted_content"] = "[encrypted]";
  return isEnvironmentContext(item) ? { ...clean, content: "[environment_context]" } : clean;
}

/** The message in which Codex describes the machine. */
function isEnvironmentContext({ role, content }: JsonObject): boolean {
  const [first] = Array.isArray(content) ? (content as unknown[]) : [];
  const text = isJsonObject(first) ? first["text"] : undefined;
  return role === "user" && typeof text === "string" && text.startsWith("<environment_context>");
}
