// Converts a recorded item to the form in which app-server reports it. The record uses snake case, a list of arguments
// for a command, and a map of changes by path.
import { fileURLToPath } from "node:url";
import type { ThreadItem } from "../../events/items.js";
import { isJsonObject } from "../../internal/json.js";
import type { JsonObject } from "../../internal/json.js";
import { shellQuoted } from "../../internal/shell-quote.js";
import type { ThreadItem as ProtocolItem } from "../protocol/v2/ThreadItem.js";
import { toThreadItem } from "../turn/to-item.js";

/** Undefined if it is not an item of the agent, such as the user's message. */
export function recordedItem(item: JsonObject, cwd: string | undefined): ThreadItem | undefined {
  const { type, id } = item;
  if (typeof type !== "string" || typeof id !== "string") return undefined;
  const adapt = adapters[type];
  const known = adapt ? { ...camelCased(item), ...adapt(item), id, type: lowerFirst(type) } : undefined;
  // Missing fields are null in the protocol.
  const complete = known && { ...absentFields, ...known };
  if (complete) return toThreadItem(complete as unknown as ProtocolItem, cwd);
  return { id, type: "unknown", raw: item };
}

const absentFields = {
  phase: null,
  aggregatedOutput: null,
  exitCode: null,
  durationMs: null,
  namespace: null,
  contentItems: null,
  result: null,
  error: null,
  action: null,
  prompt: null,
  model: null,
};

const adapters: Record<string, (item: JsonObject) => JsonObject> = {
  UserMessage: () => ({}),
  HookPrompt: () => ({}),
  EnteredReviewMode: () => ({}),
  ExitedReviewMode: () => ({}),
  ContextCompaction: () => ({}),
  AgentMessage: ({ content }) => ({ text: textsOf(content).join("") }),
  Reasoning: ({ summary_text: summary, raw_content: content }) => ({ summary: list(summary), content: list(content) }),
  CommandExecution: ({ command, cwd, status, duration }) => ({
    command: list(command).map(String).map(shellQuoted).join(" "),
    cwd: toPath(cwd),
    status: protocolStatus(status),
    durationMs: toMilliseconds(duration),
  }),
  FileChange: ({ changes, status }) => ({ changes: toChanges(changes), status: protocolStatus(status) }),
  McpToolCall: ({ status, duration, result }) => ({
    status: protocolStatus(status),
    durationMs: toMilliseconds(duration),
    result: isJsonObject(result) ? toMcpResult(result) : null,
  }),
  DynamicToolCall: ({ status, duration, content_items: items }) => ({
    status: protocolStatus(status),
    durationMs: toMilliseconds(duration),
    contentItems: Array.isArray(items) ? items.filter(isJsonObject).map(camelCased) : null,
  }),
  CollabAgentToolCall: ({ tool, status, agents_states: states }) => ({
    tool: camelCase(String(tool)),
    status: protocolStatus(status),
    agentsStates: isJsonObject(states) ? toAgentStates(states) : {},
  }),
  SubAgentActivity: () => ({}),
  WebSearch: () => ({}),
  ImageView: ({ path }) => ({ path: toPath(path) }),
};

export function camelCased(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).map(([name, field]) => [camelCase(name), field]));
}

export function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

function lowerFirst(text: string): string {
  return text.slice(0, 1).toLowerCase() + text.slice(1);
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function textsOf(content: unknown): string[] {
  return list(content)
    .filter(isJsonObject)
    .map(({ text }) => text)
    .filter((text) => typeof text === "string");
}

function protocolStatus(status: unknown): unknown {
  return status === "in_progress" ? "inProgress" : status;
}

function toPath(value: unknown): string {
  if (typeof value !== "string" || !value.startsWith("file://")) return typeof value === "string" ? value : "";
  try {
    return fileURLToPath(value);
  } catch {
    return value;
  }
}

function toMilliseconds(duration: unknown): number | null {
  if (!isJsonObject(duration)) return null;
  const { secs, nanos } = duration;
  return typeof secs === "number" && typeof nanos === "number" ? secs * 1_000 + Math.floor(nanos / 1_000_000) : null;
}

function toMcpResult(result: JsonObject): JsonObject {
  const { content, structuredContent, structured_content: snakeCased, _meta: meta } = result;
  return { content: list(content), structuredContent: structuredContent ?? snakeCased ?? null, _meta: meta ?? null };
}

/** A state is a string, or an object with the string and the agent's last message. */
function toAgentStates(states: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(states).map(([id, state]) => {
      const [status, message] = isJsonObject(state) ? (Object.entries(state)[0] ?? []) : [state, null];
      return [id, { status: camelCase(String(status)), message: typeof message === "string" ? message : null }];
    }),
  );
}

function toChanges(changes: unknown): JsonObject[] {
  if (!isJsonObject(changes)) return [];
  return Object.entries(changes).flatMap(([path, change]) => (isJsonObject(change) ? [toChange(path, change)] : []));
}

function toChange(path: string, { type, content, unified_diff: diff, move_path: moved }: JsonObject): JsonObject {
  const kind = type === "update" ? { type, move_path: moved ?? null } : { type };
  return { path, kind, diff: diff ?? content ?? "" };
}
