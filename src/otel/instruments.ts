// The metrics.
import type { Counter, Histogram, Meter, UpDownCounter } from "@opentelemetry/api";
import type { ModelCall } from "../index.js";
import { attributes, buckets, metrics, ownMetrics } from "./semconv.js";

export class Metrics {
  readonly toolCalls: Counter;
  readonly approvals: Counter;
  readonly activeTurns: UpDownCounter;
  readonly restarts: Counter;
  readonly cost: Counter;
  readonly #duration: Histogram;
  readonly #tokens: Histogram;
  readonly #queue: Histogram;

  constructor(meter: Meter) {
    const seconds = { unit: "s", advice: { explicitBucketBoundaries: buckets.duration } };
    this.#duration = meter.createHistogram(metrics.operationDuration, seconds);
    this.#queue = meter.createHistogram(ownMetrics.queueDuration, seconds);
    this.#tokens = meter.createHistogram(metrics.tokenUsage, {
      unit: "{token}",
      advice: { explicitBucketBoundaries: buckets.tokens },
    });
    this.toolCalls = meter.createCounter(ownMetrics.toolCalls, { unit: "{call}" });
    this.approvals = meter.createCounter(ownMetrics.approvals, { unit: "{request}" });
    this.activeTurns = meter.createUpDownCounter(ownMetrics.activeTurns, { unit: "{turn}" });
    this.restarts = meter.createCounter(ownMetrics.restarts, { unit: "{restart}" });
    this.cost = meter.createCounter(ownMetrics.cost, { unit: "{USD}" });
  }

  queued(ms: number): void {
    this.#queue.record(ms / 1_000);
  }

  operation(name: string, ms: number, more: Record<string, string>): void {
    this.#duration.record(ms / 1_000, {
      [attributes.operationName]: name,
      [attributes.providerName]: provider,
      ...more,
    });
  }

  tokens({ usage, model }: ModelCall): void {
    if (!usage) return;
    const common = {
      [attributes.operationName]: "chat",
      [attributes.providerName]: provider,
      ...(model !== null && { [attributes.requestModel]: model }),
    };
    this.#tokens.record(usage.input_tokens, { ...common, [attributes.tokenType]: "input" });
    this.#tokens.record(usage.output_tokens, { ...common, [attributes.tokenType]: "output" });
  }
}

/** The API that Codex uses. */
export const provider = "openai";
