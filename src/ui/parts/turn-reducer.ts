// Reduces a turn's events to its parts, and reports what each event changed.
import type { FileUpdateChange, ThreadEvent, ThreadItem } from "../../index.js";
import { TailText } from "./tail-text.js";
import { isToolItem, toToolPart } from "./to-tool-part.js";
import type { ToolItem } from "./to-tool-part.js";
import type { ApprovalPart, TurnMetadata, TurnOutcome, TurnPart } from "./turn-part.js";

/** A change of a part. `from` and `to` are offsets in its text. */
export interface PartRecord {
  op: "started" | "delta" | "updated" | "ended";
  id: string;
  from: number;
  to: number;
}

export interface ReducerOptions {
  /**
   * The maximum length of one tool result, in characters. Command outputs keep their end, other texts their beginning.
   * @defaultValue 64_000
   */
  maxOutputLength?: number | undefined;
}

const diffId = "diff";

export class TurnReducer {
  /** In order of their start. */
  readonly parts = new Map<string, TurnPart>();
  metadata: TurnMetadata = {};
  outcome: TurnOutcome | undefined;
  readonly #record: (record: PartRecord) => void;
  readonly #onMetadata: (added: TurnMetadata) => void;
  readonly #limit: number;
  readonly #patches = new Map<string, string>();
  /** The approval request of each tool part that required one. */
  readonly #approvals = new Map<string, string>();
  #noticeCount = 0;

  constructor(
    sinks: { record: (record: PartRecord) => void; onMetadata: (added: TurnMetadata) => void },
    { maxOutputLength = 64_000 }: ReducerOptions = {},
  ) {
    this.#record = sinks.record;
    this.#onMetadata = sinks.onMetadata;
    this.#limit = maxOutputLength;
  }

  onEvent(event: ThreadEvent): void {
    switch (event.type) {
      case "thread.started":
        return this.addMetadata({ threadId: event.thread_id });
      case "item.started":
        // An approval request may have added the item already.
        return this.parts.has(event.item.id) ? undefined : this.#item(event.item, false, undefined);
      case "item.updated":
        return this.#item(event.item, false, event.delta);
      case "item.completed":
        return this.#item(event.item, true, undefined);
      case "turn.completed":
        return this.addMetadata({ usage: event.usage });
      case "error":
        this.#noticeCount += 1;
        return this.put({ kind: "notice", id: `error-${this.#noticeCount}`, message: event.message, isDone: true });
      default:
    }
  }

  addMetadata(metadata: TurnMetadata): void {
    this.metadata = { ...this.metadata, ...metadata };
    this.#onMetadata(metadata);
  }

  /** Adds a part that does not come from an event, or replaces it. */
  put(part: TurnPart): void {
    const isNew = !this.parts.has(part.id);
    this.parts.set(part.id, part);
    if (isNew) this.#note("started", part.id);
    if (part.isDone) this.#note("ended", part.id);
    else if (!isNew) this.#note("updated", part.id);
    if (part.kind === "approval" && part.hasTool) this.#markTool(part);
  }

  /** Ends all open parts and the turn. */
  end(outcome: TurnOutcome, diff: string | null): void {
    if (this.outcome) return;
    if (diff !== null && diff !== "") this.put({ kind: "diff", id: diffId, diff, isDone: true });
    for (const part of this.parts.values()) if (!part.isDone) this.put(closed(part));
    this.outcome = outcome;
  }

  /** Added text between two offsets. */
  textBetween(part: TurnPart, from: number, to: number): string {
    if (part.kind === "text" || part.kind === "reasoning") return part.text.slice(from, to);
    return part.kind === "tool" ? (part.text?.slice(from, to) ?? "") : "";
  }

  lengthOf(part: TurnPart): number {
    if (part.kind === "text" || part.kind === "reasoning") return part.text.length;
    return part.kind === "tool" ? (part.text?.length ?? 0) : 0;
  }

  #item(item: ThreadItem, isDone: boolean, delta: string | undefined): void {
    if (this.parts.get(item.id)?.isDone) return;
    if (item.type === "agent_message" || item.type === "reasoning") return this.#text(item, isDone);
    if (isToolItem(item)) return this.#tool(item, isDone, delta);
    if (item.type === "todo_list") return this.put({ kind: "plan", id: item.id, steps: item.items, isDone });
    if (item.type === "error") this.put({ kind: "notice", id: item.id, message: item.message, isDone: true });
    if (item.type === "context_compaction" && isDone) {
      const message = "The conversation was summarised to make room in the model's context window.";
      this.put({ kind: "notice", id: item.id, message, isDone: true });
    }
  }

  #text(item: Extract<ThreadItem, { type: "agent_message" | "reasoning" }>, isDone: boolean): void {
    const before = this.parts.get(item.id);
    const kind = item.type === "reasoning" ? "reasoning" : "text";
    const known = before && "text" in before ? String(before.text) : "";
    // Streamed text cannot be retracted, even if the final text differs.
    const text = item.text.startsWith(known) ? item.text : known;
    const phase = item.type === "agent_message" && item.phase ? { phase: item.phase } : {};
    this.parts.set(item.id, { kind, id: item.id, text, ...phase, isDone });
    if (!before) this.#record({ op: "started", id: item.id, from: 0, to: 0 });
    if (text.length > known.length) this.#record({ op: "delta", id: item.id, from: known.length, to: text.length });
    if (isDone) this.#note("ended", item.id);
  }

  #tool(item: ToolItem, isDone: boolean, delta: string | undefined): void {
    const before = this.parts.get(item.id);
    const part = toToolPart(item, isDone, this.#limit);
    let from = 0;
    if (item.type === "command_execution") {
      part.text = before?.kind === "tool" && before.text ? before.text : new TailText(this.#limit);
      from = part.text.length;
      if (delta !== undefined) part.text.append(delta);
      else if (item.aggregated_output.length > 0) part.text.replace(item.aggregated_output);
    }
    const approvalId = this.#approvals.get(item.id);
    if (approvalId !== undefined) part.approvalId = approvalId;
    this.parts.set(item.id, part);
    if (!before) this.#record({ op: "started", id: item.id, from: 0, to: 0 });
    if (delta !== undefined) this.#record({ op: "delta", id: item.id, from, to: this.lengthOf(part) });
    else if (before && !isDone) this.#note("updated", item.id);
    if (!isDone) return;
    this.#note("ended", item.id);
    if (item.type === "file_change" && item.status === "completed") this.#patch(item.id, item.changes);
  }

  /** The approved call runs from here on, which user interfaces must show. */
  #markTool({ id, toolCallId, status }: ApprovalPart): void {
    const tool = this.parts.get(toolCallId);
    if (tool?.kind !== "tool" || tool.isDone) return;
    this.#approvals.set(toolCallId, id);
    this.parts.set(toolCallId, { ...tool, approvalId: id });
    if (status === "approved") this.#note("updated", toolCallId);
  }

  #patch(id: string, changes: readonly FileUpdateChange[]): void {
    const text = changes.map(({ diff }) => diff ?? "").join("");
    if (text === "") return;
    this.#patches.set(id, text);
    this.put({ kind: "diff", id: diffId, diff: [...this.#patches.values()].join(""), isDone: false });
  }

  #note(op: PartRecord["op"], id: string): void {
    const part = this.parts.get(id);
    const to = part ? this.lengthOf(part) : 0;
    this.#record({ op, id, from: to, to });
  }
}

function closed(part: TurnPart): TurnPart {
  switch (part.kind) {
    case "tool":
      return { ...part, status: "interrupted", isDone: true };
    case "approval":
    case "question":
      return { ...part, status: "withdrawn", isDone: true };
    default:
      return { ...part, isDone: true };
  }
}
