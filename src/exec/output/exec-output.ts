// Reads the output of `codex exec` for one turn: its events and its end.
import type { CodexError } from "../../errors/errors.js";
import type { Usage } from "../../events/events.js";
import { readUsage } from "../../events/usage.js";
import { isJsonObject, type JsonObject } from "../../internal/json.js";
import { toError } from "../../errors/to-error.js";
import type { Redactor } from "../../process/redaction/redactor.js";
import { trace } from "../../process/redaction/trace.js";
import type { EventSink } from "../../transport/transport.js";
import { toThreadItem } from "./exec-item.js";
import { usageSince } from "./exec-usage.js";

/** The end of the turn, as reported by Codex. */
export type ReportedEnd = { usage: Usage | null; threadUsage: Usage | null } | { error: CodexError; message: string };

export interface ExecOutputOptions {
  emit: EventSink;
  /** The conversation's tokens before this turn; undefined if unknown. */
  before: Usage | undefined;
  redactor: Redactor;
  onThread: (id: string) => void;
  onEnd: () => void;
}

export class ExecOutput {
  /** Set when Codex has reported the end of the turn. Later output does not belong to the turn. */
  end: ReportedEnd | undefined;
  /** The last `error` event, which may have been the end. Not redacted. */
  lastError: string | undefined;
  /** Whether any line was an event, which only Codex prints. */
  hasEvents = false;
  /** The number of lines that were not events. */
  unreadable = 0;
  /** Items that have started and not completed. */
  readonly running = new Set<string>();
  /** The IDs of all items. */
  readonly itemIds = new Set<string>();
  /** The number of commands and changes that have completed. */
  completedWork = 0;
  readonly #options: ExecOutputOptions;
  #isIgnored = false;

  constructor(options: ExecOutputOptions) {
    this.#options = options;
  }

  /** From here on, Codex's output is ignored. */
  ignore(): void {
    this.#isIgnored = true;
  }

  readLine(line: string): void {
    if (this.#isIgnored || this.end) return;
    const event = parse(line);
    if (event) this.#read(event);
    else {
      this.unreadable += 1;
      trace("--", `not an event: ${line}`, this.#options.redactor);
    }
  }

  #read(event: JsonObject & { type: string }): void {
    const { emit, onThread } = this.#options;
    this.hasEvents = true;
    switch (event.type) {
      case "thread.started":
        if (typeof event["thread_id"] !== "string") return this.#ignore(event);
        onThread(event["thread_id"]);
        return emit({ type: event.type, thread_id: event["thread_id"] });
      case "turn.started":
        return emit({ type: event.type });
      case "item.started":
      case "item.updated":
      case "item.completed":
        return this.#item(event.type, event);
      case "error":
        return this.#error(textIn(event["message"]));
      case "turn.completed":
        return this.#completed(readUsage(event["usage"]));
      case "turn.failed":
        return this.fail(isJsonObject(event["error"]) ? textIn(event["error"]["message"]) : "");
      default:
        return this.#ignore(event);
    }
  }

  /** The turn failed for this reason. */
  fail(reason: string): void {
    const message = reason || this.lastError || "The turn failed. Codex did not give a reason.";
    const { redactor } = this.#options;
    // Classified by Codex's original message, then redacted.
    this.end = { error: redactor.redactError(toError({ message })), message: redactor.redactMessage(message) };
    this.#options.onEnd();
  }

  #item(type: "item.started" | "item.updated" | "item.completed", event: JsonObject): void {
    const item = toThreadItem(event["item"]);
    if (!item) return this.#ignore(event);
    // A plan is not work that the turn waits for.
    if (type === "item.started" && item.type !== "todo_list") this.running.add(item.id);
    if (type === "item.completed") this.running.delete(item.id);
    this.itemIds.add(item.id);
    const isWork = item.type === "command_execution" || item.type === "file_change";
    if (type === "item.completed" && isWork) this.completedWork += 1;
    this.#options.emit({ type, item });
  }

  #error(reason: string): void {
    if (!isNotice.test(reason)) this.lastError = reason;
    this.#options.emit({ type: "error", message: this.#options.redactor.redactMessage(reason) });
  }

  #completed(total: Usage | undefined): void {
    const usage = total ? usageSince(this.#options.before, total) : null;
    this.end = { usage, threadUsage: total ?? null };
    this.#options.onEnd();
  }

  #ignore(event: JsonObject): void {
    trace("--", `unknown event: ${JSON.stringify(event)}`, this.#options.redactor);
  }
}

/** Codex continues after these errors. */
const isNotice = /^(Reconnecting\b|Falling back\b)/i;

function parse(line: string): (JsonObject & { type: string }) | undefined {
  try {
    const event: unknown = JSON.parse(line);
    if (!isJsonObject(event) || typeof event["type"] !== "string") return undefined;
    return { ...event, type: event["type"] };
  } catch {
    return undefined;
  }
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}
