// Messages for a running turn, in the order in which they were sent.
import * as restate from "@restatedev/restate-sdk";
import { badRequest } from "./checks.js";

export type Message =
  | { type: "steer"; input: string }
  | { type: "interrupt" }
  | { type: "answer"; id: string; decision: "approve" | "decline"; reason?: string | undefined };

/** The state in the virtual object for each turn with messages. */
interface InboxState {
  sent: number;
  /** The IDs of answered requests. */
  answered: string[];
}

/** Keys of the virtual object that are reserved for the messages of an invocation. */
const keyPrefix = "codex-sdk:messages:";
const { json } = restate.serde;

/** @throws TerminalError if the key is reserved. */
export function checkConversation(key: string): void {
  if (key.startsWith(keyPrefix)) throw badRequest(`A conversation's ID cannot begin with ${keyPrefix}.`);
}

/**
 * Sends a message to an invocation of `run`. Each message has a separate signal, because a signal replaces an
 * unreceived one with the same name. A handler that runs exclusively numbers the messages of an invocation.
 * @returns whether it was sent. A request can be answered only once.
 */
export function sendMessage(ctx: restate.Context | restate.ObjectSharedContext, target: InboxTarget, message: Message) {
  const { service, invocation } = target;
  return ctx.genericCall<Message, boolean>({
    service,
    method: "deliver",
    key: keyPrefix + invocation,
    parameter: message,
    inputSerde: json as restate.Serde<Message>,
    outputSerde: json as restate.Serde<boolean>,
  });
}

export interface InboxTarget {
  /** The name of the object. */
  service: string;
  invocation: string;
}

/** The handler `deliver`. Without a message, it clears the inbox. */
export async function deliver(ctx: restate.ObjectContext, message: Message | undefined): Promise<boolean> {
  if (!ctx.key.startsWith(keyPrefix)) throw badRequest("`deliver` is called by the other handlers only.");
  if (!message) {
    ctx.clearAll();
    return false;
  }
  const { sent, answered } = (await ctx.get<InboxState>("inbox")) ?? { sent: 0, answered: [] };
  if (message.type === "answer") {
    if (answered.includes(message.id)) return false;
    answered.push(message.id);
  }
  ctx.set<InboxState>("inbox", { sent: sent + 1, answered });
  const invocation = restate.InvocationIdParser.fromString(ctx.key.slice(keyPrefix.length));
  ctx.invocation(invocation).signal<Message>(signalName(sent)).resolve(message);
  return true;
}

/** The receiver of the messages. */
export class TurnInbox {
  readonly #ctx: restate.ObjectContext;
  readonly #service: string;
  #received = 0;
  #next: restate.RestatePromise<Message> | undefined;

  constructor(ctx: restate.ObjectContext, service: string) {
    this.#ctx = ctx;
    this.#service = service;
  }

  /** The oldest unreceived message. `receive` advances to the next one. */
  get next(): restate.RestatePromise<Message> {
    this.#next ??= this.#ctx.signal<Message>(signalName(this.#received));
    return this.#next;
  }

  /** Marks the message of `next` as received. */
  receive(): void {
    this.#received += 1;
    this.#next = undefined;
  }

  /** Clears the messages of this invocation in the virtual object. */
  close(): void {
    if (this.#received === 0) return;
    this.#ctx.genericSend({
      service: this.#service,
      method: "deliver",
      key: keyPrefix + this.#ctx.request().id,
      parameter: undefined,
      inputSerde: json as restate.Serde<undefined>,
    });
  }
}

function signalName(index: number): string {
  return `message-${index}`;
}
