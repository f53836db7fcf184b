// Converts a turn's events to its steps, each with a start and an end.
import type { ThreadEvent } from "../events/events.js";
import type { ThreadItem } from "../events/items.js";
import type { CallInfo } from "../tools/watched-call.js";
import type { ModelCall } from "../usage/turn-usage.js";
import type { TurnStep, TurnStepKind } from "./observer.js";

export interface StepListener {
  started(step: TurnStep): void;
  ended(step: TurnStep): void;
}

/** A sub-agent has started to work, or one of its items has started or completed. */
export type SubagentActivity = { type: "started" } | { type: "item.started" | "item.completed"; item: ThreadItem };

export class TurnRecorder {
  readonly #listener: StepListener;
  readonly #open = new Map<string, TurnStep>();
  /** The start of each sub-agent. */
  readonly #subagents = new Map<string, Date>();
  #threadId: string;
  #count = 0;

  constructor(threadId: string | null, listener: StepListener) {
    this.#threadId = threadId ?? "";
    this.#listener = listener;
  }

  /** The running steps. */
  get open(): readonly TurnStep[] {
    return [...this.#open.values()];
  }

  onEvent(event: ThreadEvent): void {
    if (event.type === "thread.started") this.#threadId = event.thread_id;
    if (event.type === "item.started") this.#itemStarted(event.item, this.#threadId);
    if (event.type === "item.completed") this.#itemCompleted(event.item, this.#threadId);
  }

  subagent(threadId: string, activity: SubagentActivity): void {
    if (!this.#subagents.has(threadId)) this.#subagents.set(threadId, new Date());
    if (activity.type === "item.started") this.#itemStarted(activity.item, threadId);
    if (activity.type === "item.completed") this.#itemCompleted(activity.item, threadId);
  }

  call(threadId: string, call: ModelCall): void {
    const endedAt = call.completedAt ?? new Date();
    const startedAt = call.startedAt ?? endedAt;
    const agent = this.#agentOf(threadId);
    const { agentStartedAt = startedAt } = agent;
    this.#count += 1;
    const step = {
      id: `call-${this.#count}`,
      kind: "model_call" as const,
      name: call.model ?? "",
      ...agent,
      // Both times are read when the same message arrives, one after the other.
      startedAt: agentStartedAt > startedAt ? agentStartedAt : startedAt,
      call,
    };
    this.#listener.started({ ...step, endedAt: null, outcome: null });
    this.#listener.ended({ ...step, endedAt, outcome: "completed" });
  }

  /** The host's code is called. Returns its step and a function that ends it. A tool's call is part of its item's step. */
  hostCall({ kind, id, threadId, name }: CallInfo): { step: TurnStep; end: (outcome: string) => void } {
    const known = kind === "tool" ? (this.#open.get(this.#idOf(id, threadId)) ?? this.#openTool(name)) : undefined;
    if (known) return { step: known, end: () => undefined };
    const step = this.#start({
      id: `${kind}-${id}`,
      kind: kind === "elicitation" ? "question" : kind,
      name,
      ...this.#agentOf(threadId),
    });
    return { step, end: (outcome) => this.#end(step.id, outcome) };
  }

  /** The turn has ended: ends all running steps. */
  finish(): void {
    for (const { id } of this.open) this.#end(id, "interrupted");
  }

  #itemStarted(item: ThreadItem, threadId: string): void {
    const described = describeItem(item);
    if (!described) return;
    this.#start({ ...described, id: this.#idOf(item.id, threadId), ...this.#agentOf(threadId), item });
  }

  #itemCompleted(item: ThreadItem, threadId: string): void {
    if (!describeItem(item)) return;
    const id = this.#idOf(item.id, threadId);
    if (!this.#open.has(id)) this.#itemStarted(item, threadId);
    this.#end(id, "status" in item ? item.status : "completed", item);
  }

  /** Two threads may use the same ID. */
  #idOf(itemId: string, threadId: string): string {
    return threadId === this.#threadId ? itemId : `${threadId}:${itemId}`;
  }

  #agentOf(threadId: string): Pick<TurnStep, "threadId" | "isSubagent" | "agentStartedAt"> {
    const agentStartedAt = this.#subagents.get(threadId);
    return { threadId, isSubagent: threadId !== this.#threadId, ...(agentStartedAt && { agentStartedAt }) };
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

  /** A tool that Codex calls by MCP has another ID there. */
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
