// Finds the commands and patches of a turn that Codex records as calls of the model but does not report as items: it
// rejects some before they become items, and drops some short commands that the sandbox blocks.
import { stat } from "node:fs/promises";
import type { CommandExecutionItem, FileChangeItem } from "../events/items.js";
import { isJsonObject } from "../internal/json.js";
import type { JsonObject } from "../internal/json.js";
import type { ModelCall } from "../usage/turn-usage.js";
import { RolloutTail } from "./rollout-tail.js";
import { isRunning, readToolCall, unreportedItem } from "./unreported-item.js";
import type { ToolCall } from "./unreported-item.js";

export interface UnreportedOptions {
  file: string;
  /** An offset in the file before the turn's first call. */
  offset: number;
  /** Records of other turns are ignored; null if the file contains only this turn from the offset on. */
  turnId: string | null;
  /** Whether an item with this ID was reported. */
  isReported: (id: string) => boolean;
  /**
   * The number of completed commands and changes that were reported, if their IDs are not those of the calls. If the file
   * records fewer, it does not record items, and does not show which calls were reported.
   *
   * @defaultValue 0
   */
  reportedWork?: number;
}

/** Larger parts of a file are not read. */
const largestPart = 256 * 1024 * 1024;
const mostItems = 1_000;
const longestId = 1_000;

/**
 * Whether a turn can have unreported calls. Every call leads to another request of the model, which fails in a turn that
 * failed. An endpoint that does not report tokens can have requests that are not known.
 */
export function mayHaveUnreported(calls: readonly ModelCall[], status: string): boolean {
  return status === "completed" ? calls.length !== 1 : status === "failed" && calls.length > 0;
}

/** Empty if the file cannot be read. */
export async function readUnreportedItems(options: UnreportedOptions): Promise<UnreportedItem[]> {
  const { file, offset, turnId, isReported, reportedWork = 0 } = options;
  const size = await stat(file).then(
    (found) => found.size,
    () => 0,
  );
  if (size - offset > largestPart) return [];
  const calls = new UnreportedCalls(turnId);
  await new RolloutTail(file, offset).read(marks, (record) => calls.read(record));
  return calls.recordedWork < reportedWork ? [] : calls.items(isReported);
}

export type UnreportedItem = CommandExecutionItem | FileChangeItem;

const marks = [
  '"function_call"',
  '"custom_tool_call"',
  '"local_shell_call"',
  '_call_output"',
  '"item_completed"',
  '"task_started"',
  '"turn_context"',
];

/** Reads the records of a turn in order. */
export class UnreportedCalls {
  /** The number of commands and changes whose items are recorded, or that are running. */
  recordedWork = 0;
  readonly #turnId: string | null;
  #isOwnTurn: boolean;
  #cwd: string | null = null;
  readonly #calls = new Map<string, ToolCall>();
  readonly #outputs = new Map<string, unknown>();
  readonly #recordedIds = new Set<string>();

  constructor(turnId: string | null) {
    this.#turnId = turnId;
    this.#isOwnTurn = turnId === null;
  }

  read({ type: kind, payload }: JsonObject): void {
    if (!isJsonObject(payload)) return;
    const { type, cwd } = payload;
    if (kind === "event_msg" && type === "task_started" && this.#turnId !== null) {
      this.#isOwnTurn = payload["turn_id"] === this.#turnId;
    }
    if (!this.#isOwnTurn) return;
    if (kind === "turn_context" && typeof cwd === "string") this.#cwd = cwd;
    if (kind === "event_msg" && type === "item_completed") this.#readItem(payload["item"]);
    if (kind === "response_item") this.#readResponse(payload);
  }

  /** The items of the calls that were answered and not reported, in the order of the calls. */
  items(isReported: (id: string) => boolean): UnreportedItem[] {
    const answered = [...this.#calls].filter(([id]) => this.#outputs.has(id) && !isReported(id));
    return answered.flatMap(([id, call]) => unreportedItem(id, call, this.#outputs.get(id)) ?? []);
  }

  #readItem(item: unknown): void {
    if (!isJsonObject(item) || typeof item["id"] !== "string") return;
    const { id, type } = item;
    if (this.#recordedIds.has(id)) return;
    this.#recordedIds.add(id);
    if (type === "CommandExecution" || type === "FileChange") this.recordedWork += 1;
    this.#remove(id);
  }

  #readResponse(payload: JsonObject): void {
    const { type, call_id: id } = payload;
    if (typeof id !== "string" || id === "" || id.length > longestId || this.#recordedIds.has(id)) return;
    if (type === "function_call_output" || type === "custom_tool_call_output")
      return this.#answer(id, payload["output"]);
    const call = this.#calls.size < mostItems ? readToolCall(payload, this.#cwd) : undefined;
    if (call && !this.#calls.has(id)) this.#calls.set(id, call);
  }

  #answer(id: string, output: unknown): void {
    if (!this.#calls.has(id) || this.#outputs.has(id)) return;
    this.#outputs.set(id, output);
    if (!isRunning(output)) return;
    // Its item has started, and completes when the command ends.
    this.recordedWork += 1;
    this.#recordedIds.add(id);
    this.#remove(id);
  }

  #remove(id: string): void {
    this.#calls.delete(id);
    this.#outputs.delete(id);
  }
}
