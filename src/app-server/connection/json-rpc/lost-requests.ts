// Detects requests that Codex will never answer, although it responds to others.
import { ProtocolError } from "../../../errors/errors.js";
import type { ServerDiagnosticsResponse } from "../../protocol/v2/ServerDiagnosticsResponse.js";
import { withLimit } from "../waiting/time-limit.js";

/** A request without a response. */
export interface WaitingRequest {
  readonly method: string;
  fail(error: Error): void;
}

/** How long a response may take before Codex is asked which requests it is processing. */
const defaultFirstCheckMs = 5_000;
/** The interval of these questions, until the request is answered or lost. */
const intervalMs = 2_000;
/** How long Codex may leave the question unanswered, twice: when a suspended machine wakes up, the first limit has passed. */
const defaultLimitMs = 30_000;
/** If Codex responds again, it starts these turns. They have their own limits. */
const startsTurn: ReadonlySet<string> = new Set(["turn/start", "review/start", "thread/compact/start"]);

export class LostRequests {
  readonly #waiting = new Set<WaitingRequest>();
  readonly #ask: () => Promise<ServerDiagnosticsResponse>;
  readonly #limits: { firstCheckMs: number; limitMs: number };
  #timer: NodeJS.Timeout | undefined;

  /** `ask` requests `server/diagnostics`. That request is not tracked. */
  constructor(
    ask: () => Promise<ServerDiagnosticsResponse>,
    { firstCheckMs = defaultFirstCheckMs, limitMs = defaultLimitMs } = {},
  ) {
    this.#ask = ask;
    this.#limits = { firstCheckMs, limitMs };
  }

  /** Tracks a request until the returned function is called. */
  track(request: WaitingRequest): () => void {
    this.#waiting.add(request);
    this.#timer ??= this.#schedule(this.#limits.firstCheckMs);
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
      const answer = await this.#answered(this.#ask());
      if (!answer) {
        this.#rejectUnanswered(requests);
        return [];
      }
      const { gauges } = answer;
      const count = (name: string) => gauges.find((gauge) => gauge.name === name)?.value ?? 0;
      // The diagnostics request itself is one of them.
      const working = count("app.requests.in_flight") + count("app.requests.queued") - 1;
      return working > 0 ? [] : requests.filter((request) => this.#waiting.has(request));
    } catch {
      // If Codex has exited, its requests fail for that reason.
      return [];
    }
  }

  /** Undefined if Codex does not respond at all, for example because its process is stopped. */
  async #answered(question: Promise<ServerDiagnosticsResponse>): Promise<ServerDiagnosticsResponse | undefined> {
    const { limitMs } = this.#limits;
    return (await withLimit(limitMs, question)) ?? withLimit(limitMs, question);
  }

  #rejectUnanswered(requests: readonly WaitingRequest[]): void {
    for (const request of requests) {
      if (!this.#waiting.has(request) || startsTurn.has(request.method)) continue;
      this.#reject(request, `Codex did not answer "${request.method}", and does not respond to any request.`);
    }
  }

  #reject(
    request: WaitingRequest,
    message = `Codex did not answer "${request.method}", and no longer processes it.`,
  ): void {
    this.#waiting.delete(request);
    request.fail(new ProtocolError(message));
  }
}
