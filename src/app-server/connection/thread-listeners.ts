// Routes Codex's messages to the thread that they belong to.
import type { CodexError } from "../../errors/errors.js";
import { isJsonObject } from "../../internal/json.js";
import type { ServerNotification } from "../protocol/ServerNotification.js";
import type { ServerRequest } from "../protocol/ServerRequest.js";
import { unattendedReply } from "../server-requests/unattended.js";

/** Receives the messages of one thread. */
export interface ThreadListener {
  onNotification(notification: ServerNotification): void;
  /** Undefined if this request cannot be answered. */
  onRequest(request: ServerRequest): Promise<unknown> | undefined;
  onClosed(error: CodexError): void;
  /** Called if a notification of the thread is malformed. */
  onUnreadable?(method: string, error: unknown): void;
  /** Accepts the thread of a sub-agent that this turn started. Undefined for any other thread. */
  acceptSubagent?(threadId: string, rootTurnId: string): ThreadListener | undefined;
}

export class ThreadListeners {
  readonly #listeners = new Map<string, ThreadListener>();

  listen(threadId: string, listener: ThreadListener): void {
    this.#listeners.set(threadId, listener);
  }

  unlisten(threadId: string, listener: ThreadListener): void {
    if (this.#listeners.get(threadId) === listener) this.#listeners.delete(threadId);
  }

  /** The listener for a notification. A sub-agent's turn names the turn that started it. */
  of(notification: ServerNotification): ThreadListener | undefined {
    return this.#listeners.get(threadIdOf(notification.params)) ?? this.#acceptSubagent(notification);
  }

  /** The response to a request. Undefined if no listener supports its method. */
  respond(request: ServerRequest): Promise<unknown> | undefined {
    const response = this.#listeners.get(threadIdOf(request.params))?.onRequest(request);
    if (response) return response;
    const unattended = unattendedReply(request);
    return unattended && Promise.resolve(unattended);
  }

  /** Ends all listeners. */
  close(error: CodexError): void {
    const listeners = [...this.#listeners.values()];
    this.#listeners.clear();
    for (const listener of listeners) listener.onClosed(error);
  }

  #acceptSubagent({ method, params }: ServerNotification): ThreadListener | undefined {
    if (method !== "turn/started") return undefined;
    const { threadId, turn } = params;
    if (turn.rootTurnId === null) return undefined;
    for (const parent of this.#listeners.values()) {
      const listener = parent.acceptSubagent?.(threadId, turn.rootTurnId);
      if (listener) {
        this.listen(threadId, listener);
        return listener;
      }
    }
    return undefined;
  }
}

/** No thread has an empty ID. */
function threadIdOf(params: unknown): string {
  const threadId = isJsonObject(params) ? params["threadId"] : undefined;
  return typeof threadId === "string" ? threadId : "";
}
