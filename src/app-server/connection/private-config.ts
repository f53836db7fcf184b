// Configuration that may hold secrets goes over stdin with each thread; argv is for everyone on the machine to read.
import type { CodexConfigObject, CodexConfigValue } from "../../options/options.js";
import type { JsonValue } from "../protocol/serde_json/JsonValue.js";

export interface SplitConfig {
  /** May stand in argv. */
  visible: CodexConfigObject;
  /** Dotted keys, for the `config` of `thread/start`. */
  hidden: Record<string, JsonValue>;
}

/** Where codex's configuration holds tokens, headers and environments. */
const secretPaths: readonly RegExp[] = [
  /^mcp_servers(\.|$)/,
  /^model_providers\.[^.]+\.(http_headers|query_params|experimental_bearer_token|auth)(\.|$)/,
  /^shell_environment_policy\.set(\.|$)/,
  /^otel(\.|$)/,
];

export function splitConfig(config: CodexConfigObject): SplitConfig {
  const hidden: Record<string, JsonValue> = {};
  const visible = withoutSecrets(config, "", hidden);
  return { visible, hidden };
}

function withoutSecrets(
  config: CodexConfigObject,
  prefix: string,
  hidden: Record<string, JsonValue>,
): CodexConfigObject {
  const visible: CodexConfigObject = {};
  for (const [key, value] of Object.entries(config)) {
    const path = prefix === "" ? key : `${prefix}.${key}`;
    if (secretPaths.some((pattern) => pattern.test(path))) hidden[path] = value as JsonValue; // It is only read: JsonValue differs in its arrays, which may be written to.
    else if (isObject(value)) visible[key] = withoutSecrets(value, path, hidden);
    else visible[key] = value;
  }
  return visible;
}

function isObject(value: CodexConfigValue): value is CodexConfigObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
