// Describes parts of a schema in text, for the model.
import type { JsonObject } from "../../internal/json.js";
import { checkedHereKeywords, sentText } from "../keywords.js";

/** The description of `schema`, including constraints that strict mode does not accept. */
export function describe(schema: JsonObject): { description?: string } {
  const sent = sentText(schema);
  const texts = "format" in sent ? [] : ["format", "pattern"].filter((keyword) => !(keyword in sent));
  const unsent = [...checkedHereKeywords, ...texts].filter((keyword) => schema[keyword] !== undefined);
  const hint = JSON.stringify(Object.fromEntries(unsent.map((keyword) => [keyword, schema[keyword]])));
  const existing = typeof schema["description"] === "string" ? [schema["description"]] : [];
  const lines = unsent.length > 0 ? [...existing, `Must fit ${hint}`] : existing;
  return lines.length > 0 ? { description: lines.join("\n") } : {};
}
