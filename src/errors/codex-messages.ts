// The meaning of Codex's messages. This is the only table of them.
//
// Kinds and codes take precedence; see `to-error.ts`. Messages are used if Codex sends neither, as `codex exec` does. Each
// pattern is anchored, so that text from a model's endpoint or a name in a message is not mistaken for a message of Codex.
import type { CodexErrorCode } from "../events/error-code.js";
import { InvalidInputError, McpServerError } from "./errors.js";
import type { CodexErrorOptions } from "./errors.js";

interface Entry<Meaning> {
  pattern: RegExp;
  meaning: Meaning;
  /** The version of Codex in which the message was observed. */
  version: "0.169.0";
}

/** The reason why Codex rejects a request, or why its process exits. */
export type RequestProblem =
  | "thread_not_found"
  | "thread_archived"
  | "thread_in_use"
  | "thread_open_elsewhere"
  | "thread_closing"
  | "thread_ephemeral"
  | "turn_not_found"
  | "turn_in_progress"
  | "invalid_cursor"
  | "invalid_configuration"
  | "malformed_request"
  | "mcp_server"
  | "not_a_git_repository"
  | "untrusted_policy"
  | "unsupported";

/** Messages of failed turns, without the prefixes of `withoutPrefix`. */
const turnMessages: readonly Entry<CodexErrorCode>[] = [
  { pattern: /^The model `[^`]*` does not exist\b/, meaning: "model_not_found", version: "0.169.0" },
  { pattern: /^The requested model '[^']*' does not exist\b/, meaning: "model_not_found", version: "0.169.0" },
  { pattern: /^The '[^']*' model is not supported\b/, meaning: "model_not_found", version: "0.169.0" },
  {
    pattern: /^The API deployment for this resource does not exist\b/,
    meaning: "model_not_found",
    version: "0.169.0",
  },
  { pattern: /^Quota exceeded\b/, meaning: "usage_limit", version: "0.169.0" },
  { pattern: /^You['’]ve hit your usage limit\b/, meaning: "usage_limit", version: "0.169.0" },
  { pattern: /^The usage limit has been reached\b/, meaning: "usage_limit", version: "0.169.0" },
  { pattern: /^rate limit exceeded: /, meaning: "rate_limit", version: "0.169.0" },
  { pattern: /^Rate limit reached for /, meaning: "rate_limit", version: "0.169.0" },
  { pattern: /^Selected model is at capacity\b/, meaning: "overloaded", version: "0.169.0" },
  { pattern: /^We['’]re currently experiencing high demand\b/, meaning: "overloaded", version: "0.169.0" },
  {
    pattern: /^Codex ran out of room in the model['’]s context window\b/,
    meaning: "context_window_exceeded",
    version: "0.169.0",
  },
  { pattern: /^Your input exceeds the context window\b/, meaning: "context_window_exceeded", version: "0.169.0" },
  {
    pattern: /^(This|Your) (request|content|prompt|input) (was|has been) flagged\b/,
    meaning: "policy",
    version: "0.169.0",
  },
  { pattern: /^Invalid prompt: your prompt was flagged\b/, meaning: "policy", version: "0.169.0" },
  {
    // The same answer would be filtered again.
    pattern: /^stream disconnected before completion: Incomplete response returned, reason: content_filter\b/,
    meaning: "policy",
    version: "0.169.0",
  },
  { pattern: /^stream disconnected before completion\b/, meaning: "stream_disconnected", version: "0.169.0" },
];

/** Messages of rejected requests and of exited processes, without the prefixes of `withoutPrefix`. */
const requestMessages: readonly Entry<RequestProblem>[] = [
  { pattern: /^no (archived )?rollout found\b/i, meaning: "thread_not_found", version: "0.169.0" },
  { pattern: /^thread not (found|loaded)\b/i, meaning: "thread_not_found", version: "0.169.0" },
  // Codex was killed before it wrote the first record.
  {
    pattern: /^(failed to (load rollout|read session metadata)\b.*: )?rollout at .* is empty$/,
    meaning: "thread_not_found",
    version: "0.169.0",
  },
  { pattern: /^(session|thread) \S+ is archived\b/i, meaning: "thread_archived", version: "0.169.0" },
  {
    pattern: /^cannot delete thread \S+: forked history still references it$/,
    meaning: "thread_in_use",
    version: "0.169.0",
  },
  { pattern: /^thread \S+ already has an active writer$/i, meaning: "thread_open_elsewhere", version: "0.169.0" },
  { pattern: /^thread \S+ is closing\b/, meaning: "thread_closing", version: "0.169.0" },
  { pattern: /^ephemeral threads? do(es)? not support /, meaning: "thread_ephemeral", version: "0.169.0" },
  { pattern: /^thread is not persisted\b/, meaning: "thread_ephemeral", version: "0.169.0" },
  { pattern: /^turn not found\b/, meaning: "turn_not_found", version: "0.169.0" },
  { pattern: /^\w+ '[^']*' identifies an in-progress turn$/, meaning: "turn_in_progress", version: "0.169.0" },
  { pattern: /^invalid cursor\b/, meaning: "invalid_cursor", version: "0.169.0" },
  { pattern: /^required MCP servers failed to initialize: /, meaning: "mcp_server", version: "0.169.0" },
  { pattern: /^Not inside a trusted directory\b/, meaning: "not_a_git_repository", version: "0.169.0" },
  { pattern: /^approval_policy = "untrusted"/, meaning: "untrusted_policy", version: "0.169.0" },
  {
    // Not when the system is out of something (memory, open files, disk space): then no setting is wrong.
    pattern:
      /^(Error loading config\.toml|Error loading configuration|failed to load configuration):\s(?![^]*\(os error (5|11|12|23|24|28|35)\)$)/,
    meaning: "invalid_configuration",
    version: "0.169.0",
  },
  // What deserializes a setting ends with its path.
  { pattern: /\nin `[^`\n]+`$/, meaning: "invalid_configuration", version: "0.169.0" },
  { pattern: /^invalid `[^`]+` config override: /, meaning: "invalid_configuration", version: "0.169.0" },
  {
    pattern: /^legacy `profile = "[^"]*"` config is no longer supported\b/,
    meaning: "invalid_configuration",
    version: "0.169.0",
  },
  {
    pattern:
      /^default_permissions (requires a `\[permissions\]` table|refers to (undefined|unknown built-in) profile)\b/,
    meaning: "invalid_configuration",
    version: "0.169.0",
  },
  { pattern: /^Model provider `[^`]*` not found$/, meaning: "invalid_configuration", version: "0.169.0" },
  {
    pattern: /^This chat uses model provider “[^”]*”, which is no longer configured\b/,
    meaning: "invalid_configuration",
    version: "0.169.0",
  },
  { pattern: /^Invalid request: /, meaning: "malformed_request", version: "0.169.0" },
  { pattern: /^\S+ is not supported (yet$|for ephemeral threads$|by )/, meaning: "unsupported", version: "0.169.0" },
  { pattern: /^\S+ requires experimentalApi capability$/, meaning: "unsupported", version: "0.169.0" },
];

/** The request or task that Codex names before a message, or the status of a response. */
const prefixes: readonly RegExp[] = [
  /^unexpected status \d{3}( [A-Z][\w -]*)?: /,
  /^Error running (remote|local)?\s?compact task: /,
  /^(Fatal error|Error): /,
  /^thread\/(resume|start|fork|read)(: thread\/(resume|start|fork) failed)?: /,
  /^error creating thread: /,
  /^Failed to initialize session: /,
  /^failed to initialize in-process app-server client: /,
  /^failed to read thread: /,
  /^thread-store (conflict|internal error): /,
  /^invalid request: /,
];

/** The error code of a failed turn with this message; undefined if the table does not have the message. */
export function turnErrorCode(message: string): CodexErrorCode | undefined {
  return find(turnMessages, withoutPrefix(message));
}

/** The reason that `message` gives for a rejected request or an exited process; undefined if the table does not have it. */
export function requestProblem(message: string): RequestProblem | undefined {
  return find(requestMessages, requestMessage(message));
}

/** The error for an MCP server that did not start. `message` may be shown. */
export function mcpServerError(message: string, options: CodexErrorOptions = {}): McpServerError {
  const said = requestMessage(message).replace("required MCP servers failed to initialize: ", "");
  return new McpServerError(
    `A required MCP server did not start: ${said}. Check its command or URL in \`mcpServers\`, or set \`required: false\`.`,
    options,
  );
}

/** `message` without prefixes, and without the code of the response that `codex exec` appends. */
function requestMessage(message: string): string {
  return withoutPrefix(message)
    .replace(/ \(code -?\d+\)[^]*$/, "")
    .trim();
}

/** `message` without the prefixes that Codex puts before it. */
export function withoutPrefix(message: string): string {
  for (let rest = message; ;) {
    const prefix = prefixes.find((pattern) => pattern.test(rest));
    if (!prefix) return rest;
    rest = rest.replace(prefix, "");
  }
}

function find<Meaning>(entries: readonly Entry<Meaning>[], message: string): Meaning | undefined {
  return entries.find(({ pattern }) => pattern.test(message))?.meaning;
}

/** The error for a setting that Codex rejects. `message` may be shown. */
export function configurationError(message: string, options: CodexErrorOptions = {}): InvalidInputError {
  const said = requestMessage(message)
    .replace(/^(Error loading config\.toml|Error loading configuration|failed to load configuration):\s+/, "")
    // The lines of the file: they may hold a secret.
    .replace(/\n\s*\|\n[^]*$/, "")
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
