// Normalises a response before it is stored.
import { isJsonObject, type JsonObject } from "../../internal/json.js";
import { normaliseText, mapTexts } from "./normalise.js";
import type { Normaliser } from "./normalise.js";

export type TimedEvent = [afterMs: number, event: JsonObject];

/** Fields that endpoints copy from the request or add. Codex does not read them. */
const unread = new Set([
  "instructions",
  "tools",
  "metadata",
  "user",
  "safety_identifier",
  "prompt_cache_key",
  "created_at",
  "completed_at",
  "obfuscation",
]);
const recordedHeaders = /^(content-type|retry-after|retry-after-ms|x-codex-[\w-]+|x-ratelimit-[\w-]+)$/;

export function normaliseHeaders(headers: Headers, normaliser: Normaliser): Record<string, string> {
  const recorded = [...headers].filter(([name]) => recordedHeaders.test(name));
  return Object.fromEntries(recorded.map(([name, value]) => [name, normaliseText(value, normaliser)]));
}

export function normaliseEvents(events: readonly TimedEvent[], normaliser: Normaliser): TimedEvent[] {
  const whole = joinedDeltas(events);
  const written = new Set<string>();
  const result: TimedEvent[] = [];
  for (const [afterMs, event] of events) {
    const clean = normaliseEvent(event, normaliser);
    const key = deltaKey(event);
    const pieces = key === undefined ? undefined : whole.get(key);
    if (key !== undefined && pieces !== undefined && isSplit(pieces, normaliser)) {
      // Deltas are joined, because a secret may be split across several of them.
      if (written.has(key)) continue;
      written.add(key);
      clean["delta"] = normaliseText(pieces.join(""), normaliser);
    }
    result.push([afterMs, clean]);
  }
  return result;
}

function normaliseEvent(event: JsonObject, normaliser: Normaliser): JsonObject {
  const readable = mapTexts(withoutUnread(event), (text) => normaliseText(text, normaliser));
  return withoutEncrypted(readable) as JsonObject;
}

function withoutUnread(event: JsonObject): JsonObject {
  const own = Object.fromEntries(Object.entries(event).filter(([key]) => !unread.has(key)));
  const { response } = own;
  if (!isJsonObject(response)) return own;
  return { ...own, response: Object.fromEntries(Object.entries(response).filter(([key]) => !unread.has(key))) };
}

function withoutEncrypted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEncrypted);
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const isEncrypted = key === "encrypted_content" && typeof entry === "string";
      return [key, isEncrypted ? "[encrypted]" : withoutEncrypted(entry)];
    }),
  );
}

function joinedDeltas(events: readonly TimedEvent[]): Map<string, string[]> {
  const whole = new Map<string, string[]>();
  for (const [, event] of events) {
    const key = deltaKey(event);
    if (key === undefined) continue;
    const pieces = whole.get(key) ?? [];
    pieces.push(String(event["delta"]));
    whole.set(key, pieces);
  }
  return whole;
}

function deltaKey(event: JsonObject): string | undefined {
  const { type, delta, item_id, output_index, content_index, summary_index } = event;
  if (typeof type !== "string" || typeof delta !== "string") return undefined;
  return JSON.stringify([type, item_id, output_index, content_index, summary_index]);
}

function isSplit(pieces: readonly string[], normaliser: Normaliser): boolean {
  return (
    normaliseText(pieces.join(""), normaliser) !== pieces.map((piece) => normaliseText(piece, normaliser)).join("")
  );
}
