// The sub-agents that a turn started: each has its own thread and turns, and its requests go to the same handlers.
import type { Connection } from "../connection/connection.js";
import type { ThreadListener } from "../connection/thread-listeners.js";
import type { SubagentActivity } from "../../instruments/turn-recorder.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import type { ServerRequest } from "../protocol/ServerRequest.js";
import type { ThreadItem as ProtocolItem } from "../protocol/v2/ThreadItem.js";
import { toThreadItem } from "../turn/to-item.js";
import { endCommands } from "../turn/turn-commands.js";
import type { ServerRequests } from "./server-requests.js";
import { ThreadItems } from "./thread-items.js";

export type SubagentListener = (threadId: string, activity: SubagentActivity) => void;

export class Subagents {
  readonly #all = new Map<string, Subagent>();
  readonly #report: SubagentListener | undefined;

  constructor(report: SubagentListener | undefined) {
    this.#report = report;
  }

  /** Listens to a sub-agent from its first turn on. */
  accept(threadId: string, requests: ServerRequests): ThreadListener {
    const subagent =
      this.#all.get(threadId) ?? new Subagent(requests, (activity) => this.#report?.(threadId, activity));
    this.#all.set(threadId, subagent);
    return subagent;
  }

  itemsOf(threadId: string): ThreadItems | undefined {
    return this.#all.get(threadId)?.items;
  }

  /** Ends their turns, with the commands that they started. */
  async interrupt(connection: Connection, graceMs: number): Promise<void> {
    await Promise.all([...this.#all].map(([threadId, each]) => each.interrupt(connection, threadId, graceMs)));
  }

  /** Stops listening. */
  release(connection: Connection): void {
    for (const [threadId, subagent] of this.#all) connection.listeners.unlisten(threadId, subagent);
    this.#all.clear();
  }
}

class Subagent implements ThreadListener {
  readonly items = new ThreadItems(undefined);
  readonly #requests: ServerRequests;
  readonly #report: (activity: SubagentActivity) => void;
  readonly #commandIds = new Set<string>();
  #turnId: string | undefined;

  constructor(requests: ServerRequests, report: (activity: SubagentActivity) => void) {
    this.#requests = requests;
    this.#report = report;
  }

  onNotification(notification: ServerNotification): void {
    const { method, params } = notification;
    this.items.read(notification);
    if (method === "turn/started") {
      this.#turnId = params.turn.id;
      this.#report({ type: "started" });
    }
    if (method === "turn/completed") this.#turnId = undefined;
    if (method === "serverRequest/resolved") this.#requests.withdraw(params.requestId);
    if (method === "item/started" && params.item.type === "commandExecution") this.#commandIds.add(params.item.id);
    if (method === "item/started") this.#reportItem("item.started", params.item);
    if (method === "item/completed") this.#reportItem("item.completed", params.item);
  }

  onRequest(request: ServerRequest): Promise<unknown> | undefined {
    return this.#requests.answer(request);
  }

  onClosed(): void {
    // The turn that started it also receives the notification.
  }

  #reportItem(type: "item.started" | "item.completed", protocolItem: ProtocolItem): void {
    const item = toThreadItem(protocolItem, undefined);
    if (item) this.#report({ type, item });
  }

  async interrupt(connection: Connection, threadId: string, graceMs: number): Promise<void> {
    const turnId = this.#turnId;
    if (turnId !== undefined) {
      await connection.request("turn/interrupt", { threadId, turnId }).catch(() => undefined);
    }
    await endCommands(connection, threadId, this.#commandIds, graceMs);
  }
}
