// Truncates large items for the page. The rest is loaded in pieces.
import { isJsonObject } from "../../internal/json.js";
import type { Cut } from "../api.js";

/** The maximum length of a text that is sent with an item, in characters. */
const longestText = 6_000;
/** The maximum number of entries of a list or an object. */
const mostEntries = 500;
const deepest = 24;
/** The maximum number of characters of one item. Further texts are truncated to `shortText`. */
const budget = 60_000;
const shortText = 200;

/** The end of a command's output shows its result, so the beginning of these texts is dropped. */
const tails = new Set(["/aggregated_output"]);

export function shorten<Value>(value: Value): { value: Value; cuts: Cut[] } {
  const cuts: Cut[] = [];
  let remaining = budget;
  const walk = (value: unknown, path: string, depth: number): unknown => {
    if (typeof value === "string") {
      const limit = remaining > 0 ? longestText : shortText;
      remaining -= Math.min(value.length, limit);
      if (value.length <= limit) return value;
      const from = tails.has(path) ? value.length - limit : 0;
      cuts.push({ path, from, length: value.length });
      return value.slice(from, from + limit);
    }
    if (typeof value !== "object" || value === null) return value;
    if (depth > deepest) return "[nested too deeply to show]";
    if (Array.isArray(value)) {
      const shortened = value.slice(0, mostEntries).map((entry, index) => walk(entry, `${path}/${index}`, depth + 1));
      return shortened;
    }
    const entries = Object.entries(value).slice(0, mostEntries);
    return Object.fromEntries(entries.map(([key, entry]) => [key, walk(entry, `${path}/${escape(key)}`, depth + 1)]));
  };
  // The type does not change: texts are shorter, and lists and objects have fewer entries.
  return { value: walk(value, "", 0) as Value, cuts };
}

/** The text at a JSON pointer; undefined if it does not exist. Reads own properties only. */
export function textAt(value: unknown, pointer: string): string | undefined {
  if (pointer === "" || !pointer.startsWith("/")) return undefined;
  let at = value;
  for (const part of pointer.slice(1).split("/")) {
    const key = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(at)) at = /^\d{1,9}$/.test(key) ? at[Number(key)] : undefined;
    else if (isJsonObject(at)) at = Object.hasOwn(at, key) ? at[key] : undefined;
    else return undefined;
  }
  return typeof at === "string" ? at : undefined;
}

function escape(key: string): string {
  return key.replaceAll("~", "~0").replaceAll("/", "~1");
}
