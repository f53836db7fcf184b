// Compares a request with the recorded one, and describes the differences.
import type { JsonObject } from "../../internal/json.js";
import type { RequestShape } from "./request-shape.js";

export interface CompareOptions {
  /** Whether the outputs of commands and tools must equal the recorded ones. */
  outputs: "ignore" | "match";
  /** Whether instructions and tools must equal the recorded ones. They change with each Codex version. */
  instructions: boolean;
}

export interface Difference {
  /** The number of equal input items from the beginning. */
  equalItems: number;
  /** The recorded and the received values, for an error message. */
  text: string;
}

export type ComparableRequest = Omit<RequestShape, "threadId">;

export function differenceBetween(
  recorded: ComparableRequest,
  received: ComparableRequest,
  options: CompareOptions,
): Difference | undefined {
  const equalItems = commonLength(recorded.input, received.input, options);
  const lines: string[] = [];
  const note = (what: string, before: string, after: string) => {
    if (before !== after) lines.push(`${what}:`, `  - recorded: ${before}`, `  + received: ${after}`);
  };
  note("request", `${recorded.method} ${recorded.path}`, `${received.method} ${received.path}`);
  note("model", recorded.model, received.model);
  if (options.instructions) {
    note("instructions (hash)", recorded.instructions, received.instructions);
    note("tools", toolsOf(recorded), toolsOf(received));
  }
  const longest = Math.max(recorded.input.length, received.input.length);
  if (equalItems < longest) {
    note(`input item ${equalItems + 1}`, ...describe(recorded.input[equalItems], received.input[equalItems]));
    if (lines.length === 0) lines.push(`input item ${equalItems + 1} differs`);
  }
  return lines.length === 0 ? undefined : { equalItems, text: lines.join("\n") };
}

function toolsOf({ tools }: ComparableRequest): string {
  return `${tools.names.join(", ")} (hash ${tools.hash})`;
}

function commonLength(a: readonly JsonObject[], b: readonly JsonObject[], { outputs }: CompareOptions): number {
  const comparable = (item: JsonObject | undefined) => {
    if (item === undefined) return undefined;
    return canonical(outputs === "ignore" && isOutput(item) ? { ...item, output: "" } : item);
  };
  let length = 0;
  while (length < a.length && length < b.length && comparable(a[length]) === comparable(b[length])) length++;
  return length;
}

function isOutput({ type }: JsonObject): boolean {
  return typeof type === "string" && type.endsWith("_output");
}

/** JSON with sorted keys. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, entry: unknown) => {
    if (typeof entry !== "object" || entry === null || Array.isArray(entry)) return entry;
    return Object.fromEntries(Object.entries(entry).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

const maxLength = 300;
/** The number of equal characters that are shown before the first difference. */
const contextLength = 80;

/** Both values as text, shortened to the part around the first difference. */
function describe(recorded: JsonObject | undefined, received: JsonObject | undefined): [string, string] {
  const [before, after] = [textOf(recorded), textOf(received)];
  let equal = 0;
  while (equal < before.length && before[equal] === after[equal]) equal++;
  const start = Math.max(before.length, after.length) <= maxLength ? 0 : Math.max(0, equal - contextLength);
  return [cut(before, start), cut(after, start)];
}

function textOf(item: JsonObject | undefined): string {
  return item === undefined ? "(nothing)" : JSON.stringify(item);
}

function cut(text: string, start: number): string {
  const end = start + maxLength;
  const shown = `${start > 0 ? "…" : ""}${text.slice(start, end)}${end < text.length ? "…" : ""}`;
  return shown.length === text.length ? text : `${shown} (${text.length} characters)`;
}
