// Detects requests that Codex will never answer, although it responds to others.
import { ProtocolError } from "../../../errors/errors.js";
import type { ServerDiagnosticsResponse } from "../../protocol/v2/ServerDiagnosticsResponse.js";

/** A request without a response. */
export interface WaitingRequest {
  readonly method: string;
  fail(error: Error): void;
}

/** How long a response may take before Codex is asked which requests it is processing. */
const firstCheckMs = 5_000;
/** The interval of these questions, until the request is answered or lost. */
const intervalMs = 2_000;

export class LostRequests {
  readonly #waiting = new Set<WaitingRequest>();
  readonly #ask: () => Promise<ServerDiagnosticsResponse>;
  #timer: NodeJS.Timeout | undefined;

  /** `ask` requests `server/diagnostics`. That request is not tracked. */
  constructor(ask: () => Promise<ServerDiagnosticsResponse>) {
    this.#ask = ask;
  }

  /** Tracks a request until the returned function is called. */
  track(request: WaitingRequest): () => void {
    this.#waiting.add(request);
    this.#timer ??= this.#schedule(firstCheckMs);
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
    // Codex may have sent a response that was not read yet: only requests that are still open the next time are lost.
    const second = first.length === 0 ? [] : await this.#idleRequests();
    for (const request of first) if (second.includes(request)) this.#reject(request);
    this.#timer = this.#waiting.size === 0 ? undefined : this.#schedule(intervalMs);
  }

  /** The open requests, if Codex processes none of them. It reads messages in order, so it has read all of them. */
  async #idleRequests(): Promise<WaitingRequest[]> {
    const requests = [...this.#waiting];
    try {
      const { gauges } = await this.#ask();
      const count = (name: string) => gauges.find((gauge) => gauge.name === name)?.value ?? 0;
      // The diagnostics request itself is one of them.
      const working = count("app.requests.in_flight") + count("app.requests.queued") - 1;
      return working > 0 ? [] : requests.filter((request) => this.#waiting.has(request));
    } catch {
      // If Codex has exited, its requests fail for that reason.
      return [];
    }
  }

  #reject(request: WaitingRequest): void {
    this.#waiting.delete(request);
    request.fail(new ProtocolError(`Codex did not answer "${request.method}", and no longer processes it.`));
  }
}
