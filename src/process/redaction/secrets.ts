// What must never be shown: in an error, a log or a trace.
import type { CodexConfigObject, CodexConfigValue, CodexOptions } from "../../options/options.js";

/** The key, and every string in the configuration that is named like a secret. */
export function secretsOf(options: CodexOptions): string[] {
  const secrets = options.apiKey === undefined ? [] : [options.apiKey];
  collect(options.config ?? {}, false, secrets);
  return secrets;
}

const secretName = /key|token|secret|password|authorization|^http_headers$|^env$/i;

function collect(config: CodexConfigObject, isSecret: boolean, secrets: string[]): void {
  for (const [name, value] of Object.entries(config)) {
    const hides = isSecret || secretName.test(name);
    if (typeof value === "string" && hides) secrets.push(value);
    else if (isTable(value)) collect(value, hides, secrets);
  }
}

function isTable(value: CodexConfigValue): value is CodexConfigObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
