// JSON-RPC in app-server's form: requests, responses and notifications in both directions, one JSON message per line.
import { InvalidInputError, ProtocolError } from "../../../errors/errors.js";
import { deepestMessage, nestingOf } from "../../../internal/nesting.js";
import { messageOf } from "../../../internal/message-of.js";
import { RpcError } from "../../errors/rpc-error.js";
import type { RpcErrorBody } from "../../errors/rpc-error.js";

export interface PeerHandlers {
  send(line: string): void;
  onNotification(method: string, params: unknown): void;
  /** Responds to a request of Codex. Undefined if the method is unknown. */
  onRequest(method: string, params: unknown, id: unknown): Promise<unknown> | undefined;
  /** Called with a line that is not a message. The line is skipped. */
  onUnreadable(line: string): void;
}

interface Pending {
  method: string;
  /** Called while the line is read, before any later line. */
  resolve: (result: unknown) => void;
  reject: (error: unknown) => void;
}

const methodNotFound = -32601;
const internalError = -32603;

export class JsonRpcPeer {
  readonly #handlers: PeerHandlers;
  readonly #pending = new Map<number, Pending>();
  #nextId = 1;
  #closedBy: Error | undefined;

  constructor(handlers: PeerHandlers) {
    this.#handlers = handlers;
  }

  /**
   * Sends a request. `onResult` runs synchronously with the response, so that it runs before later notifications.
   * @throws RpcError if the response is an error; the closing error if the connection ends first.
   */
  request(
    method: string,
    params: unknown,
    onResult?: (result: unknown) => void,
    trace?: { traceparent: string; tracestate?: string | undefined },
  ): Promise<unknown> {
    if (this.#closedBy) return Promise.reject(this.#closedBy);
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      const settle = (result: unknown) => {
        try {
          onResult?.(result);
          resolve(result);
        } catch (error) {
          reject(unreadableAnswer(method, error));
        }
      };
      const line = lineOf({ id, method, params, ...(trace && { trace }) }, `The parameters of "${method}"`);
      checkNesting(method, params);
      this.#pending.set(id, { method, resolve: settle, reject });
      this.#handlers.send(line);
    });
  }

  notify(method: string, params?: unknown): void {
    if (!this.#closedBy) this.#send(params === undefined ? { method } : { method, params });
  }

  /** The number of requests without a response. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  readLine(line: string): void {
    const message = parse(line);
    if (!message || !this.#read(message)) this.#handlers.onUnreadable(line);
  }

  /** Whether the message could be read. */
  #read(message: Message): boolean {
    if (typeof message.method === "string") {
      if (message.id !== undefined) this.#answer(message.id, message.method, message.params);
      else return this.#notified(message.method, message.params);
    } else if (typeof message.id === "number") {
      return this.#settle(message.id, message);
    } else {
      return false;
    }
    return true;
  }

  /** A malformed notification must not end the connection. */
  #notified(method: string, params: unknown): boolean {
    try {
      this.#handlers.onNotification(method, params);
      return true;
    } catch {
      return false;
    }
  }

  /** Rejects all pending and later requests. */
  close(error: Error): void {
    if (this.#closedBy) return;
    this.#closedBy = error;
    const waiting = [...this.#pending.values()];
    this.#pending.clear();
    for (const { reject } of waiting) reject(error);
  }

  #settle(id: number, message: Message): boolean {
    const pending = this.#pending.get(id);
    if (!pending) return false;
    this.#pending.delete(id);
    if (isErrorBody(message.error)) pending.reject(new RpcError(pending.method, message.error));
    else if ("result" in message) pending.resolve(message.result);
    else
      pending.reject(new ProtocolError(`Codex's response to "${pending.method}" has neither a result nor an error.`));
    return true;
  }

  #answer(id: unknown, method: string, params: unknown): void {
    let answer: Promise<unknown> | undefined;
    try {
      answer = this.#handlers.onRequest(method, params, id);
    } catch (error) {
      answer = Promise.reject(error);
    }
    if (!answer) {
      this.#send({ id, error: { code: methodNotFound, message: `The host does not support "${method}".` } });
      return;
    }
    answer.then(
      (result) => this.#reply(id, method, result),
      (error: unknown) => this.#send({ id, error: { code: internalError, message: messageOf(error) } }),
    );
  }

  /** The result of a host's handler may not be serialisable. */
  #reply(id: unknown, method: string, result: unknown): void {
    try {
      const limit = deepestMessage - 1;
      if (nestingOf(result, limit) > limit) throw new Error(`it has more than ${limit} levels`);
      this.#send({ id, result: result ?? {} });
    } catch (error) {
      const message = `The host's response to "${method}" cannot be sent: ${messageOf(error)}`;
      this.#send({ id, error: { code: internalError, message } });
    }
  }

  #send(message: object): void {
    if (!this.#closedBy) this.#handlers.send(toLine(message));
  }
}

interface Message {
  id?: unknown;
  method?: unknown;
  params?: unknown;
  result?: unknown;
  error?: unknown;
}

function parse(line: string): Message | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isErrorBody(value: unknown): value is RpcErrorBody {
  if (typeof value !== "object" || value === null || !("message" in value) || !("code" in value)) return false;
  return typeof value.message === "string" && typeof value.code === "number";
}

function unreadableAnswer(method: string, error: unknown): ProtocolError {
  if (error instanceof ProtocolError) return error;
  return new ProtocolError(`Codex's response to "${method}" cannot be read: ${messageOf(error)}`, { cause: error });
}

/** @throws InvalidInputError for values that JSON cannot represent: cycles, BigInt, a `toJSON` that throws. */
function lineOf(message: object, what: string): string {
  try {
    return toLine(message);
  } catch (error) {
    const why = messageOf(error).split("\n", 1)[0];
    throw new InvalidInputError(`${what} cannot be sent as JSON: ${why}. Pass plain JSON values.`, { cause: error });
  }
}

/** @throws InvalidInputError for a message that Codex would drop. */
function checkNesting(method: string, params: unknown): void {
  const limit = deepestMessage - 1;
  if (nestingOf(params, limit) <= limit) return;
  const entries = typeof params === "object" && params !== null ? Object.entries(params) : [];
  const deep = entries.find(([, value]) => nestingOf(value, limit - 1) > limit - 1)?.[0] ?? "params";
  throw new InvalidInputError(
    `\`${deep}\` of "${method}" is nested too deeply: Codex reads ${deepestMessage} levels in one message. Flatten it.`,
  );
}

/** Codex drops a message that contains a lone surrogate, and does not respond. */
function toLine(message: object): string {
  const line = JSON.stringify(message);
  if (!/\\ud[89a-f]/.test(line)) return line;
  return JSON.stringify(message, (_, value: unknown) => {
    return typeof value === "string" ? value.replaceAll(/\p{Surrogate}/gu, "\uFFFD") : value;
  });
}
