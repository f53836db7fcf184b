// The actions of the page, available with `control`.
import type { Codex, Input, StreamedTurn, ThreadOptions } from "../../index.js";
import type { JsonObject } from "../../internal/json.js";
import { HttpError } from "../../ui/routes/http-error.js";
import type { LiveTurns } from "../live/live-turns.js";
import type { OpenRequests } from "../live/open-requests.js";
import type { ThreadCache } from "../threads/thread-cache.js";

export interface ActionsContext {
  codex: Codex;
  turns: LiveTurns;
  requests: OpenRequests;
  cache: ThreadCache;
  threadOptions: ThreadOptions;
}

export class Actions {
  readonly #context: ActionsContext;
  /** The turns that the page started, by thread. */
  readonly #own = new Map<string, StreamedTurn>();

  readonly #starting = new Set<string>();

  constructor(context: ActionsContext) {
    this.#context = context;
  }

  /** @returns undefined for an unknown action. */
  ofThread(threadId: string, action: string, body: JsonObject): Promise<object> | undefined {
    switch (action) {
      case "send":
        return this.#send(threadId, textField(body, "text"));
      case "steer":
        return this.#steer(threadId, textField(body, "text"));
      case "stop":
        return this.#stop(threadId);
      case "fork":
        return this.#fork(threadId, optionalText(body, "turnId"));
      case "rename":
        return this.#change(threadId, (thread) => thread.rename(textField(body, "name")));
      case "archive":
        return this.#change(threadId, (thread) => thread.archive());
      case "resume":
        return this.#change(threadId, (thread) => thread.unarchive());
      default:
        return undefined;
    }
  }

  answer(requestId: string, body: JsonObject): object {
    this.#context.requests.answer(requestId, body);
    return { ok: true };
  }

  async close(): Promise<void> {
    await Promise.all([...this.#own.values()].map((turn) => turn.interrupt()));
  }

  async #send(threadId: string, text: string): Promise<object> {
    const { codex, turns, requests, threadOptions } = this.#context;
    // There is no `await` between this check and `add`, so that two requests cannot both pass it.
    if (this.#starting.has(threadId) || turns.ofThread(threadId)) throw runningError();
    this.#starting.add(threadId);
    try {
      const thread = codex.resumeThread(threadId, { ...threadOptions, ...requests.handlers });
      const turn = await thread.runStreamed(text);
      this.#own.set(threadId, turn);
      void this.#follow(threadId, turn);
      // A rejection, such as for an archived thread, arrives instead of the first event.
      await turn.events.next();
      return { ok: true };
    } finally {
      this.#starting.delete(threadId);
    }
  }

  /** Reads the turn to its end. The page receives it like any other turn of the `Codex`. */
  async #follow(threadId: string, turn: StreamedTurn): Promise<void> {
    try {
      await turn.completed();
    } catch {
      // The page receives the error with the turn.
    } finally {
      if (this.#own.get(threadId) === turn) this.#own.delete(threadId);
    }
  }

  async #steer(threadId: string, text: string): Promise<object> {
    const own = this.#own.get(threadId);
    const input: Input = text;
    if (own) {
      if (await own.steer(input)) return { ok: true };
      throw notRunningError();
    }
    const expectedTurnId = await this.#runningTurn(threadId);
    const parts = [{ type: "text" as const, text, text_elements: [] }];
    await this.#context.codex.request("turn/steer", { threadId, expectedTurnId, input: parts });
    return { ok: true };
  }

  async #stop(threadId: string): Promise<object> {
    const own = this.#own.get(threadId);
    if (own) await own.interrupt();
    else {
      const turnId = await this.#runningTurn(threadId);
      await this.#context.codex.request("turn/interrupt", { threadId, turnId });
    }
    return { ok: true };
  }

  async #fork(threadId: string, atTurn: string | undefined): Promise<object> {
    const thread = this.#context.codex.resumeThread(threadId, this.#context.threadOptions);
    const fork = await thread.fork({ ...(atTurn !== undefined && { atTurn }) });
    return { threadId: fork.id };
  }

  async #change(threadId: string, work: (thread: ReturnType<Codex["resumeThread"]>) => Promise<void>): Promise<object> {
    await work(this.#context.codex.resumeThread(threadId));
    this.#context.cache.invalidate(threadId);
    return { ok: true };
  }

  /** A turn that another part of the program runs. @throws HttpError */
  async #runningTurn(threadId: string): Promise<string> {
    if (!this.#context.turns.ofThread(threadId)) throw notRunningError();
    const { data } = await this.#context.codex.request("thread/turns/list", {
      threadId,
      limit: 1,
      sortDirection: "desc",
      itemsView: "notLoaded",
    });
    const [turn] = data;
    if (turn?.status === "inProgress") return turn.id;
    throw notRunningError();
  }
}

function runningError(): HttpError {
  return new HttpError(
    409,
    "turn_running",
    "A turn is running in this thread. Steer it, stop it, or wait for its end.",
  );
}

function notRunningError(): HttpError {
  return new HttpError(409, "turn_not_running", "This process does not run a turn of this thread.");
}

function textField(body: JsonObject, name: string): string {
  const value = body[name];
  if (typeof value === "string" && value.trim() !== "") return value;
  throw new HttpError(400, "invalid_body", `\`${name}\` must be a non-empty string.`);
}

function optionalText(body: JsonObject, name: string): string | undefined {
  return body[name] === undefined || body[name] === null ? undefined : textField(body, name);
}
