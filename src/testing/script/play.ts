// Plays one answer to one request: the events of its parts, its pauses and its faults.
import { setTimeout as sleep } from "node:timers/promises";
import { itemEvents, unfinishedMessage, type PlayAction, type ResponseEvent } from "../server/item-events.js";
import type { OutputItem } from "../server/output-item.js";
import type { ResponseChannel } from "../server/response-channel.js";
import type { Answer, EndPart, Part, RefusalPart, ScriptedUsage } from "./part.js";

export interface ResponseHead {
  id: string;
  model: string;
}

/** Sends the answer. Returns the completed output items, also if the client disconnected before the end. */
export async function play(answer: Answer, head: ResponseHead, channel: ResponseChannel): Promise<OutputItem[]> {
  const player = new ResponsePlayer(answer.usage, head, channel);
  try {
    for (const part of answer.parts) {
      if (!(await player.part(part))) return player.output;
    }
    player.complete();
  } catch (error) {
    if (!channel.disconnected.aborted) throw error;
  }
  return player.output;
}

class ResponsePlayer {
  readonly output: OutputItem[] = [];
  #hasStarted = false;
  #sequence = 0;
  #index = 0;

  constructor(
    readonly usage: ScriptedUsage,
    readonly head: ResponseHead,
    readonly channel: ResponseChannel,
  ) {}

  /** Plays a part. False if it ends the answer. */
  async part(part: Part | RefusalPart): Promise<boolean> {
    switch (part.kind) {
      case "refusal":
        this.channel.refuse(part.status, part.headers, bodyText(part.body));
        return false;
      case "pause":
        await this.#pause(part.ms);
        return true;
      case "wait":
        await this.#unlessDisconnected(typeof part.until === "function" ? part.until() : part.until);
        return true;
      case "event":
        this.#send(part.event);
        return true;
      case "cut":
      case "silence":
      case "malformed":
      case "failed":
      case "incomplete":
        await this.#end(part);
        return false;
      default:
        await this.#sendActions(itemEvents(part, this.#itemId(), this.#index++));
        return true;
    }
  }

  complete(): void {
    const { input, cached, output, reasoning } = this.usage;
    const usage = {
      input_tokens: input,
      input_tokens_details: { cached_tokens: cached },
      output_tokens: output,
      output_tokens_details: { reasoning_tokens: reasoning },
      total_tokens: input + output,
    };
    this.#send({ type: "response.completed", response: this.#response("completed", { output: this.output, usage }) });
    this.channel.end();
  }

  async #end(part: EndPart): Promise<void> {
    switch (part.kind) {
      case "cut":
        await this.#beginMessage(part.text);
        return this.channel.abort();
      case "silence":
        await this.#beginMessage(part.text);
        return await this.#stayOpen(part.ms);
      case "malformed":
        return this.#malformed(part.what);
      case "failed": {
        const error = { code: part.code, message: part.message };
        this.#send({ type: "response.failed", response: this.#response("failed", { error }) });
        return this.channel.end();
      }
      case "incomplete": {
        const details = { incomplete_details: { reason: part.reason } };
        this.#send({ type: "response.incomplete", response: this.#response("incomplete", details) });
        return this.channel.end();
      }
    }
  }

  #malformed(what: "json" | "html" | "empty"): void {
    if (what === "html") {
      return this.channel.refuse(200, { "content-type": "text/html" }, "<!doctype html><title>Sign in</title>\n");
    }
    if (what === "json") this.channel.garbage('{"type":"response.output_item.done","item":{"type":');
    this.channel.stop();
  }

  async #beginMessage(text: string | undefined): Promise<void> {
    if (text !== undefined) await this.#sendActions(unfinishedMessage(text, this.#itemId(), this.#index));
  }

  async #stayOpen(ms: number | undefined): Promise<void> {
    if (ms === undefined) await this.#unlessDisconnected(new Promise(() => {}));
    else await this.#pause(ms);
    this.channel.abort();
  }

  async #sendActions(actions: Iterable<PlayAction>): Promise<void> {
    for (const action of actions) {
      if (action.type === "pause") await this.#pause(action.ms);
      else this.#send(action.event);
    }
  }

  #send(event: ResponseEvent): void {
    if (!this.#hasStarted) {
      this.#hasStarted = true;
      const response = this.#response("in_progress", { output: [] });
      this.#send({ type: "response.created", response });
      this.#send({ type: "response.in_progress", response });
    }
    if (event.type === "response.output_item.done") this.output.push(event["item"] as OutputItem);
    this.channel.event({ ...event, sequence_number: this.#sequence++ });
  }

  #response(status: string, rest: object): object {
    return { id: this.head.id, object: "response", model: this.head.model, status, ...rest };
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.channel.disconnected, ref: false });
  }

  /** Waits for the promise. Throws if the client disconnects first. */
  async #unlessDisconnected(event: PromiseLike<unknown>): Promise<void> {
    const { disconnected: signal } = this.channel;
    signal.throwIfAborted();
    let onDisconnect = (): void => {};
    const disconnected = new Promise<never>((_, reject) => {
      onDisconnect = () => reject(new Error("The client has disconnected."));
      signal.addEventListener("abort", onDisconnect, { once: true });
    });
    try {
      await Promise.race([event, disconnected]);
    } finally {
      signal.removeEventListener("abort", onDisconnect);
    }
  }

  #itemId(): string {
    return `${this.head.id.replace(/^resp_/, "")}_${this.#index}`;
  }
}

function bodyText(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}
