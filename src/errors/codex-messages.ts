// What Codex's own messages mean. This is the only place that reads them.
//
// A kind or a code decides first; see `to-error.ts`. Messages decide where Codex gives neither, as `codex exec` does. Each
// pattern is anchored, so that a model's endpoint or a name in a message cannot be taken for Codex. All were observed with
// codex 0.169.0 unless noted otherwise.
import type { CodexErrorCode } from "../events/error-code.js";
import { InvalidInputError } from "./errors.js";
import type { CodexErrorOptions } from "./errors.js";

interface Entry {
  pattern: RegExp;
  code: CodexErrorCode;
}

/** Messages with which a turn fails, without the prefixes of `withoutPrefix`. */
const turnMessages: readonly Entry[] = [
  { pattern: /^The model `[^`]*` does not exist\b/, code: "model_not_found" },
  { pattern: /^The requested model '[^']*' does not exist\b/, code: "model_not_found" },
  { pattern: /^The '[^']*' model is not supported\b/, code: "model_not_found" },
  { pattern: /^The API deployment for this resource does not exist\b/, code: "model_not_found" },
  { pattern: /^Quota exceeded\b/, code: "usage_limit" },
  { pattern: /^You['’]ve hit your usage limit\b/, code: "usage_limit" },
  { pattern: /^The usage limit has been reached\b/, code: "usage_limit" },
  { pattern: /^rate limit exceeded: /, code: "rate_limit" },
  { pattern: /^Rate limit reached for /, code: "rate_limit" },
  { pattern: /^Selected model is at capacity\b/, code: "overloaded" },
  { pattern: /^We['’]re currently experiencing high demand\b/, code: "overloaded" },
  { pattern: /^Codex ran out of room in the model['’]s context window\b/, code: "context_window_exceeded" },
  { pattern: /^Your input exceeds the context window\b/, code: "context_window_exceeded" },
  { pattern: /^(This|Your) (request|content|prompt|input) (was|has been) flagged\b/, code: "policy" },
  { pattern: /^Invalid prompt: your prompt was flagged\b/, code: "policy" },
  { pattern: /^stream disconnected before completion\b/, code: "stream_disconnected" },
];

/** Messages with which Codex refuses a request, or with which a process ends. */
const requestMessages: readonly Entry[] = [
  { pattern: /^no (archived )?rollout found\b/i, code: "thread_not_found" },
  { pattern: /^thread not (found|loaded)\b/i, code: "thread_not_found" },
  // Codex was killed before it wrote anything.
  { pattern: /^(failed to load rollout: )?rollout at .* is empty\b/i, code: "thread_not_found" },
  { pattern: /^(session|thread) \S+ is archived\b/i, code: "thread_archived" },
  { pattern: /\bforked history still references\b/i, code: "thread_in_use" },
  { pattern: /^thread \S+ already has an active writer$/i, code: "thread_busy" },
  { pattern: /^required MCP servers failed to initialize: /, code: "mcp_server" },
  { pattern: /^Not inside a trusted directory\b/, code: "not_a_git_repository" },
  {
    pattern: /^(Error loading config\.toml: |Error loading configuration: |failed to load configuration: )/,
    code: "invalid_input",
  },
  {
    pattern: /^(invalid type|invalid value|unknown variant|unknown field|missing field)[:\s][^]*\nin `[^`]+`$/,
    code: "invalid_input",
  },
  { pattern: /^Model provider `[^`]*` not found$/, code: "invalid_input" },
  { pattern: /^This chat uses model provider “[^”]*”, which is no longer configured\b/, code: "invalid_input" },
];

/** What stands before a message: the request or task that it belongs to, or the status of an answer. */
const prefixes: readonly RegExp[] = [
  /^unexpected status \d{3}( [A-Z][\w -]*)?: /,
  /^Error running (remote|local)?\s?compact task: /,
  /^(Fatal error|Error): /,
  /^thread\/(resume|start|fork|read)(: thread\/(resume|start|fork) failed)?: /,
  /^thread-store conflict: /,
  /^invalid request: /i,
];

export function turnErrorCode(message: string): CodexErrorCode | undefined {
  return find(turnMessages, withoutPrefix(message));
}

export function requestErrorCode(message: string): CodexErrorCode | undefined {
  // `codex exec` appends the code of the response.
  return find(
    requestMessages,
    withoutPrefix(message)
      .replace(/ \(code -?\d+\)[^]*$/, "")
      .trim(),
  );
}

/** The message itself. */
export function withoutPrefix(message: string): string {
  for (let rest = message; ;) {
    const prefix = prefixes.find((pattern) => pattern.test(rest));
    if (!prefix) return rest;
    rest = rest.replace(prefix, "");
  }
}

function find(entries: readonly Entry[], message: string): CodexErrorCode | undefined {
  return entries.find(({ pattern }) => pattern.test(message))?.code;
}

/** The error for a setting that Codex rejects. `message` may be shown. */
export function configurationError(message: string, options: CodexErrorOptions = {}): InvalidInputError {
  const said = withoutPrefix(message)
    .replace(/ \(code -?\d+\)[^]*$/, "")
    .replace(/^(Error loading config\.toml|Error loading configuration|failed to load configuration): /, "")
    .trim();
  const [, provider] = /^Model provider `([^`]*)` not found$/.exec(said) ?? [];
  if (provider !== undefined) {
    return new InvalidInputError(
      `The model provider ${JSON.stringify(provider)} is not configured. Define it at \`config.model_providers.${provider}\`, ` +
        "or use another `modelProvider`.",
      options,
    );
  }
  return new InvalidInputError(
    `Codex rejected its configuration: ${said}. Correct this setting in \`config\`, \`configOverrides\` or config.toml.`,
    options,
  );
}
