// Tables of configuration as single settings: codex puts one key for another in no certain order.
import type { JsonValue } from "../protocol/serde_json/JsonValue.js";

/** `{ features: { a: true } }` as `{ "features.a": true }`, wherever the keys allow it. Later keys win. */
export function flatConfig(config: Readonly<Record<string, JsonValue>>, prefix = ""): Record<string, JsonValue> {
  const flat: Record<string, JsonValue> = {};
  for (const [key, value] of Object.entries(config)) {
    const path = prefix + key;
    if (isTable(value)) Object.assign(flat, flatConfig(value, `${path}.`));
    else flat[path] = value;
  }
  return flat;
}

function isTable(value: JsonValue): value is Record<string, JsonValue> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const keys = Object.keys(value);
  return keys.length > 0 && keys.every((key) => /^[A-Za-z0-9_-]+$/.test(key));
}
