// Reduces a turn's events to its steps, each with its start and its end.
import type { ThreadEvent } from "../events/events.js";
import type { ThreadItem } from "../events/items.js";
import type { CallInfo } from "../tools/watched-call.js";
import type { ModelCall } from "../usage/turn-usage.js";
import type { TurnStep, TurnStepKind } from "./observer.js";

export interface StepListener {
  started(step: TurnStep): void;
  ended(step: TurnStep): void;
}

export class TurnRecorder {
  readonly #listener: StepListener;
  readonly #open = new Map<string, TurnStep>();
  #threadId: string;
  #count = 0;

  constructor(threadId: string | null, listener: StepListener) {
    this.#threadId = threadId ?? "";
    this.#listener = listener;
  }

  /** The steps that run. */
  get open(): readonly TurnStep[] {
    return [...this.#open.values()];
  }

  take(event: ThreadEvent): void {
    if (event.type === "thread.started") this.#threadId = event.thread_id;
    if (event.type === "item.started") this.#itemStarted(event.item);
    if (event.type === "item.completed") this.#itemCompleted(event.item);
  }

  call(threadId: string, call: ModelCall): void {
    const endedAt = call.completedAt ?? new Date();
    this.#count += 1;
    const step = {
      id: `call-${this.#count}`,
      kind: "model_call" as const,
      name: call.model ?? "",
      threadId,
      isSubagent: threadId !== this.#threadId,
      startedAt: call.startedAt ?? endedAt,
      call,
    };
    this.#listener.started({ ...step, endedAt: null, outcome: null });
    this.#listener.ended({ ...step, endedAt, outcome: "completed" });
  }

  /** A host function is called. Returns its step, and who ends it. A tool's call belongs to the step of its item. */
  hostCall({ kind, id, threadId, name }: CallInfo): { step: TurnStep; end: (outcome: string) => void } {
    const known = kind === "tool" ? (this.#open.get(id) ?? this.#openTool(name)) : undefined;
    if (known) return { step: known, end: () => undefined };
    const step = this.#start({
      id: `${kind}-${id}`,
      kind: kind === "elicitation" ? "question" : kind,
      name,
      threadId,
      isSubagent: threadId !== this.#threadId,
    });
    return { step, end: (outcome) => this.#end(step.id, outcome) };
  }

  /** The turn is over: what still runs ends with it. */
  finish(): void {
    for (const { id } of this.open) this.#end(id, "interrupted");
  }

  #itemStarted(item: ThreadItem): void {
    const described = describeItem(item);
    if (!described) return;
    this.#start({ ...described, id: item.id, threadId: this.#threadId, isSubagent: false, item });
  }

  #itemCompleted(item: ThreadItem): void {
    const described = describeItem(item);
    if (!described) return;
    if (!this.#open.has(item.id)) this.#itemStarted(item);
    this.#end(item.id, "status" in item ? item.status : "completed", item);
  }

  #start(step: Omit<TurnStep, "startedAt" | "endedAt" | "outcome">): TurnStep {
    const started = { ...step, startedAt: new Date(), endedAt: null, outcome: null };
    this.#open.set(step.id, started);
    this.#listener.started(started);
    return started;
  }

  #end(id: string, outcome: string, item?: ThreadItem): void {
    const step = this.#open.get(id);
    if (!step) return;
    this.#open.delete(id);
    this.#listener.ended({ ...step, endedAt: new Date(), outcome, ...(item && { item }) });
  }

  /** A tool that reaches Codex by MCP has another ID there. */
  #openTool(name: string): TurnStep | undefined {
    return this.open.find((step) => step.item?.type === "mcp_tool_call" && step.item.tool === name);
  }
}

function describeItem(item: ThreadItem): { kind: TurnStepKind; name: string } | undefined {
  switch (item.type) {
    case "command_execution":
      return { kind: "command", name: item.command };
    case "file_change":
      return { kind: "patch", name: "apply_patch" };
    case "mcp_tool_call":
      return { kind: "mcp_call", name: item.tool };
    case "tool_call":
      return { kind: "tool", name: item.tool };
    case "web_search":
      return { kind: "web_search", name: "web_search" };
    case "subagent":
      return { kind: "subagent", name: item.action };
    case "context_compaction":
      return { kind: "compaction", name: "compaction" };
    default:
      return undefined;
  }
}
