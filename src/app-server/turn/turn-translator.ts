// Translates the notifications of one turn to the events of `codex exec`, with streamed text.
import type { EventSink } from "../../transport/transport.js";
import type {
  AgentMessageItem,
  CommandExecutionItem,
  ReasoningItem,
  ThreadItem,
  TodoListItem,
} from "../../events/items.js";
import { uniqueId } from "../../process/tree/unique-id.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import type { ThreadItem as ProtocolItem } from "../protocol/v2/ThreadItem.js";
import type { TurnPlanStep } from "../protocol/v2/TurnPlanStep.js";
import { HookItems, hookNotices } from "./hook-items.js";
import type { HookRunSummary } from "../protocol/v2/HookRunSummary.js";
import { toThreadItem } from "./to-item.js";

type StreamedItem = AgentMessageItem | ReasoningItem | CommandExecutionItem;

export interface TranslatorContext {
  turnId: string;
  /** The directory of the thread. Paths in diffs are relative to it. */
  cwd: string | undefined;
  /** Removes secrets from what Codex reports. */
  redact: (text: string) => string;
  /** Failures of MCP servers that the turn has already reported. */
  mcpFailures?: Set<string>;
}

export class TurnTranslator {
  /** The unified diff of the turn, once files have changed. */
  diff: string | null = null;
  /** Whether it was a review without an answer, which Codex reports as completed. */
  hasEmptyReview = false;
  /** Items that have started and not completed. */
  readonly running = new Set<string>();
  /** Every command of this turn, including completed ones. */
  readonly commandIds = new Set<string>();

  readonly #mcpFailures: Set<string>;
  readonly #completedIds = new Set<string>();
  readonly #emit: EventSink;
  readonly #redact: (text: string) => string;
  readonly #turnId: string;
  readonly #cwd: string | undefined;
  readonly #streamed = new Map<string, StreamedItem>();
  readonly #hooks = new HookItems();
  readonly #summaryParts = new Map<string, number>();
  #todo: TodoListItem | undefined;

  constructor(emit: EventSink, context: TranslatorContext) {
    this.#emit = emit;
    this.#redact = context.redact;
    this.#turnId = context.turnId;
    this.#cwd = context.cwd;
    this.#mcpFailures = context.mcpFailures ?? new Set();
  }

  read({ method, params }: ServerNotification): void {
    switch (method) {
      case "turn/started":
        return this.#emit({ type: "turn.started" });
      case "item/started":
        return this.#started(params.item);
      case "item/completed":
        this.hasEmptyReview ||= isEmptyReview(params.item);
        return this.#completed(params.item);
      case "item/agentMessage/delta":
        return this.#appendText(params.itemId, params.delta);
      case "item/reasoning/summaryPartAdded":
        return this.#summaryPart(params.itemId, params.summaryIndex);
      case "item/reasoning/summaryTextDelta":
        this.#summaryPart(params.itemId, params.summaryIndex);
        return this.#appendText(params.itemId, params.delta);
      case "item/commandExecution/outputDelta":
        return this.#appendOutput(params.itemId, params.delta);
      case "turn/plan/updated":
        return this.#plan(params.plan);
      case "turn/diff/updated":
        this.diff = params.diff;
        return;
      case "error":
        return this.#emit({ type: "error", message: this.#redact(params.error.message) });
      case "warning":
      case "guardianWarning":
        return this.notice(params.message);
      case "mcpServer/startupStatus/updated":
        if (params.status !== "failed") return;
        return this.#mcpFailure(
          `The MCP server "${params.name}" did not start: ${params.error ?? "Codex did not give a reason"}`,
        );
      case "hook/started":
        return this.#startItem(this.#hooks.started(params.run));
      case "hook/completed":
        return this.#hookCompleted(params.run);
      case "model/rerouted":
        return this.notice(`model rerouted: ${params.fromModel} -> ${params.toModel} (${params.reason})`);
      default:
        return;
    }
  }

  /** Whether Codex has reported the item as completed. */
  hasCompleted(itemId: string): boolean {
    return this.#completedIds.has(itemId);
  }

  /** Whether Codex has reported the item as started or completed. */
  hasReported(itemId: string): boolean {
    return this.#completedIds.has(itemId) || this.running.has(itemId) || this.commandIds.has(itemId);
  }

  /** Emits a notice: an `error` item that does not end the turn. */
  notice(message: string): void {
    const item: ThreadItem = { id: `notice-${uniqueId()}`, type: "error", message: this.#redact(message) };
    this.#emit({ type: "item.completed", item });
  }

  /** Codex starts a failed server again when the turn sets its sandbox. The same failure is reported only once. */
  #mcpFailure(message: string): void {
    if (this.#mcpFailures.has(message)) return;
    this.#mcpFailures.add(message);
    this.notice(message);
  }

  /** Completes the plan, which is still open when a turn succeeds. */
  finish(): void {
    if (this.#todo) this.#emit({ type: "item.completed", item: this.#todo });
    this.#todo = undefined;
  }

  #started(protocolItem: ProtocolItem): void {
    const item = toThreadItem(protocolItem, this.#cwd);
    if (!item) return;
    if (item.type === "agent_message" || item.type === "reasoning") {
      this.#streamed.set(item.id, { ...item, text: "" });
      // Codex may include the beginning of the text in the item itself.
      if (item.text !== "") this.#appendText(item.id, item.text);
      return;
    }
    if (item.type === "command_execution") {
      this.#streamed.set(item.id, item);
      this.commandIds.add(item.id);
    }
    this.#startItem(item);
  }

  #startItem(item: ThreadItem): void {
    this.running.add(item.id);
    this.#emit({ type: "item.started", item });
  }

  #hookCompleted(run: HookRunSummary): void {
    const item = this.#hooks.completed(run);
    this.running.delete(item.id);
    this.#emit({ type: "item.completed", item });
    for (const message of hookNotices(run)) this.notice(message);
  }

  #completed(protocolItem: ProtocolItem): void {
    this.#completedIds.add(protocolItem.id);
    const item = toThreadItem(protocolItem, this.#cwd);
    if (!item) return;
    const streamedItem = this.#streamed.get(item.id);
    this.#streamed.delete(item.id);
    this.#summaryParts.delete(item.id);
    this.running.delete(item.id);
    if (item.type === "reasoning" && item.text === "") return;
    if (item.type === "command_execution" && streamedItem?.type === "command_execution")
      this.#completeOutput(item, streamedItem);
    this.#emit({ type: "item.completed", item });
  }

  #appendText(id: string, delta: string): void {
    const before = this.#streamed.get(id);
    if (!before || before.type === "command_execution" || delta === "") return;
    const item = { ...before, text: before.text + delta };
    this.#streamed.set(id, item);
    this.#emit({ type: "item.updated", item, delta });
  }

  #appendOutput(id: string, delta: string): void {
    const before = this.#streamed.get(id);
    if (before?.type !== "command_execution" || delta === "") return;
    const item = { ...before, aggregated_output: before.aggregated_output + delta };
    this.#streamed.set(id, item);
    this.#emit({ type: "item.updated", item, delta });
  }

  /**
   * Codex streams the output of a command only after it has reported the command as started. The output of about the
   * first 100 ms is only in the final output, and short output is not streamed at all.
   */
  #completeOutput(item: CommandExecutionItem, grown: CommandExecutionItem): void {
    const streamed = grown.aggregated_output;
    if (item.aggregated_output === "") item.aggregated_output = streamed;
    const output = item.aggregated_output;
    if (output === streamed) return;
    const delta = output.startsWith(streamed) ? output.slice(streamed.length) : undefined;
    const updated = { ...grown, aggregated_output: output };
    this.#emit({ type: "item.updated", item: updated, ...(delta !== undefined && { delta }) });
  }

  /** Parts of a summary become lines of one text. */
  #summaryPart(id: string, index: number): void {
    const last = this.#summaryParts.get(id) ?? 0;
    if (index <= last) return;
    this.#summaryParts.set(id, index);
    this.#appendText(id, "\n");
  }

  #plan(plan: TurnPlanStep[]): void {
    const items = plan.map(({ step, status }) => ({ text: step, completed: status === "completed" }));
    const isFirst = this.#todo === undefined;
    this.#todo = { id: this.#todo?.id ?? `${this.#turnId}-plan`, type: "todo_list", items };
    this.#emit({ type: isFirst ? "item.started" : "item.updated", item: this.#todo });
  }
}

function isEmptyReview(item: ProtocolItem): boolean {
  return item.type === "exitedReviewMode" && item.review === "Reviewer failed to output a response.";
}
