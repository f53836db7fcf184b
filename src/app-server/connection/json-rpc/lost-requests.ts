// Finds requests that Codex will never answer: it responds, but does not work on them any more.
import { ProtocolError } from "../../../errors/errors.js";
import type { ServerDiagnosticsResponse } from "../../protocol/v2/ServerDiagnosticsResponse.js";

/** A request that waits for its answer. */
export interface WaitingRequest {
  readonly method: string;
  fail(error: Error): void;
}

/** How long an answer may take before Codex is asked what it works on. */
const doubtAfterMs = 5_000;
/** How often it is asked, until the request is answered or lost. */
const intervalMs = 2_000;

export class LostRequests {
  readonly #waiting = new Set<WaitingRequest>();
  readonly #ask: () => Promise<ServerDiagnosticsResponse>;
  #timer: NodeJS.Timeout | undefined;

  /** `ask` requests `server/diagnostics`, and is not itself tracked here. */
  constructor(ask: () => Promise<ServerDiagnosticsResponse>) {
    this.#ask = ask;
  }

  /** Tracks a request until the returned function is called. */
  track(request: WaitingRequest): () => void {
    this.#waiting.add(request);
    this.#timer ??= this.#schedule(doubtAfterMs);
    return () => {
      this.#waiting.delete(request);
      if (this.#waiting.size > 0) return;
      clearTimeout(this.#timer);
      this.#timer = undefined;
    };
  }

  #schedule(ms: number): NodeJS.Timeout {
    return setTimeout(() => void this.#check(), ms).unref();
  }

  async #check(): Promise<void> {
    const first = await this.#idleRequests();
    // Codex may have sent an answer that was not read yet: only what is still waiting the next time is lost.
    const second = first.length === 0 ? [] : await this.#idleRequests();
    for (const request of first) if (second.includes(request)) this.#lose(request);
    this.#timer = this.#waiting.size === 0 ? undefined : this.#schedule(intervalMs);
  }

  /** The waiting requests, if Codex works on none of them. It reads messages in order, so it has read all of these. */
  async #idleRequests(): Promise<WaitingRequest[]> {
    const asked = [...this.#waiting];
    try {
      const { gauges } = await this.#ask();
      const count = (name: string) => gauges.find((gauge) => gauge.name === name)?.value ?? 0;
      // The question itself is one of them.
      const working = count("app.requests.in_flight") + count("app.requests.queued") - 1;
      return working > 0 ? [] : asked.filter((request) => this.#waiting.has(request));
    } catch {
      // A Codex that has ended fails its requests itself.
      return [];
    }
  }

  #lose(request: WaitingRequest): void {
    this.#waiting.delete(request);
    request.fail(new ProtocolError(`Codex did not answer "${request.method}", and does not work on it any more.`));
  }
}
