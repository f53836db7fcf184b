// Plays one answer to one request: the events of its parts, its pauses and its faults.
import { setTimeout as sleep } from "node:timers/promises";
import { itemEvents, unfinishedMessage, type Beat, type ResponseEvent } from "../server/item-events.js";
import type { OutputItem } from "../server/output-item.js";
import type { Outlet } from "../server/outlet.js";
import type { Answer, EndPart, Part, RefusalPart, ScriptedUsage } from "./part.js";

export interface ResponseHead {
  id: string;
  model: string;
}

/** Sends the answer. Returns the completed output items, also if the client disconnected before the end. */
export async function play(answer: Answer, head: ResponseHead, outlet: Outlet): Promise<OutputItem[]> {
  const player = new ResponsePlayer(answer.usage, head, outlet);
  try {
    for (const part of answer.parts) {
      if (!(await player.part(part))) return player.output;
    }
    player.complete();
  } catch (error) {
    if (!outlet.gone.aborted) throw error;
  }
  return player.output;
}

class ResponsePlayer {
  readonly output: OutputItem[] = [];
  #begun = false;
  #sequence = 0;
  #index = 0;

  constructor(
    readonly usage: ScriptedUsage,
    readonly head: ResponseHead,
    readonly outlet: Outlet,
  ) {}

  /** Plays a part. False if it ends the answer. */
  async part(part: Part | RefusalPart): Promise<boolean> {
    switch (part.kind) {
      case "refusal":
        this.outlet.refuse(part.status, part.headers, bodyText(part.body));
        return false;
      case "pause":
        await this.#pause(part.ms);
        return true;
      case "wait":
        await this.#unlessGone(typeof part.until === "function" ? part.until() : part.until);
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
        await this.#beats(itemEvents(part, this.#itemId(), this.#index++));
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
    this.outlet.end();
  }

  async #end(part: EndPart): Promise<void> {
    switch (part.kind) {
      case "cut":
        await this.#beginMessage(part.text);
        return this.outlet.cut();
      case "silence":
        await this.#beginMessage(part.text);
        return await this.#stayStill(part.ms);
      case "malformed":
        return this.#malformed(part.what);
      case "failed": {
        const error = { code: part.code, message: part.message };
        this.#send({ type: "response.failed", response: this.#response("failed", { error }) });
        return this.outlet.end();
      }
      case "incomplete": {
        const details = { incomplete_details: { reason: part.reason } };
        this.#send({ type: "response.incomplete", response: this.#response("incomplete", details) });
        return this.outlet.end();
      }
    }
  }

  #malformed(what: "json" | "html" | "empty"): void {
    if (what === "html") {
      return this.outlet.refuse(200, { "content-type": "text/html" }, "<!doctype html><title>Sign in</title>\n");
    }
    if (what === "json") this.outlet.garbage('{"type":"response.output_item.done","item":{"type":');
    this.outlet.stop();
  }

  async #beginMessage(text: string | undefined): Promise<void> {
    if (text !== undefined) await this.#beats(unfinishedMessage(text, this.#itemId(), this.#index));
  }

  async #stayStill(ms: number | undefined): Promise<void> {
    if (ms === undefined) await this.#unlessGone(new Promise(() => {}));
    else await this.#pause(ms);
    this.outlet.cut();
  }

  async #beats(beats: Iterable<Beat>): Promise<void> {
    for (const beat of beats) {
      if (beat.type === "pause") await this.#pause(beat.ms);
      else this.#send(beat.event);
    }
  }

  #send(event: ResponseEvent): void {
    if (!this.#begun) {
      this.#begun = true;
      const response = this.#response("in_progress", { output: [] });
      this.#send({ type: "response.created", response });
      this.#send({ type: "response.in_progress", response });
    }
    if (event.type === "response.output_item.done") this.output.push(event["item"] as OutputItem);
    this.outlet.event({ ...event, sequence_number: this.#sequence++ });
  }

  #response(status: string, rest: object): object {
    return { id: this.head.id, object: "response", model: this.head.model, status, ...rest };
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.outlet.gone, ref: false });
  }

  /** Waits for the promise. Throws if the client disconnects first. */
  async #unlessGone(event: PromiseLike<unknown>): Promise<void> {
    const { gone } = this.outlet;
    gone.throwIfAborted();
    let leave = (): void => {};
    const left = new Promise<never>((_, reject) => {
      leave = () => reject(new Error("The client has disconnected."));
      gone.addEventListener("abort", leave, { once: true });
    });
    try {
      await Promise.race([event, left]);
    } finally {
      gone.removeEventListener("abort", leave);
    }
  }

  #itemId(): string {
    return `${this.head.id.replace(/^resp_/, "")}_${this.#index}`;
  }
}

function bodyText(body: unknown): string {
  return typeof body === "string" ? body : JSON.stringify(body);
}
