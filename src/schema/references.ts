// Resolves `$ref` inside one JSON Schema document.
import { isJsonObject, type JsonObject } from "../internal/json.js";

/** The target of a local reference such as `#/$defs/node`; undefined if it does not exist, or is in another document. */
export function resolveReference(root: JsonObject, reference: string): unknown {
  const keys = pointerKeys(reference);
  return keys?.reduce<unknown>((at, key) => {
    if (Array.isArray(at)) return at[Number(key)];
    return isJsonObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  }, root);
}

/** The keys of a JSON Pointer in a URL fragment (RFC 6901, section 6); undefined for any other reference. */
export function pointerKeys(reference: string): string[] | undefined {
  if (reference === "#") return [];
  if (!reference.startsWith("#/")) return undefined;
  try {
    const keys = decodeURIComponent(reference.slice(2)).split("/");
    return keys.map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
  } catch {
    return undefined;
  }
}

/** The reference for the path `keys`. */
export function pointer(keys: readonly PropertyKey[]): string {
  const encode = (key: PropertyKey): string =>
    encodeURIComponent(String(key).replaceAll("~", "~0").replaceAll("/", "~1"));
  return ["#", ...keys.map(encode)].join("/");
}
