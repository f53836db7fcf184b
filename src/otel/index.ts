// codex-sdk/otel: traces and metrics of turns, for OpenTelemetry.
//
//   const codex = new Codex({ telemetry: openTelemetry() });
import { metrics, trace } from "@opentelemetry/api";
import type { MeterProvider, TracerProvider } from "@opentelemetry/api";
import { version } from "../index.js";
import type { CodexObserver, CodexOptions } from "../index.js";
import * as is from "../validation/check-options.js";
import type { Check } from "../validation/check-options.js";
import { safeRedact } from "./content.js";
import { Metrics } from "./instruments.js";
import { wantsLatest } from "./semconv.js";
import { TurnSpans } from "./turn-spans.js";

export interface OpenTelemetryOptions {
  /**
   * Whether spans contain prompts, answers, command lines, arguments and outputs. They are redacted and truncated.
   * @defaultValue false
   */
  captureContent?: boolean | undefined;
  /** Redacts captured content further, after keys and tokens were redacted. */
  redact?: ((text: string) => string) | undefined;
  /** @defaultValue the global provider */
  tracerProvider?: TracerProvider | undefined;
  /** @defaultValue the global provider */
  meterProvider?: MeterProvider | undefined;
}

const scope = "codex-sdk";
const provides =
  (method: string): Check =>
  (value) =>
    typeof (Object(value) as Record<string, unknown>)[method] === "function"
      ? undefined
      : `an object with \`${method}\``;
const checks = {
  captureContent: is.flag,
  redact: is.callback,
  tracerProvider: provides("getTracer"),
  meterProvider: provides("getMeter"),
} satisfies Record<keyof OpenTelemetryOptions, Check>;

/** An observer for the option `telemetry`. @throws InvalidInputError for invalid options. */
export function openTelemetry(options: OpenTelemetryOptions = {}): CodexObserver {
  is.checkOptions(options, checks, "OpenTelemetryOptions");
  const { captureContent = false } = options;
  const redact = options.redact && safeRedact(options.redact);
  const tracer = (options.tracerProvider ?? trace).getTracer(scope, version);
  const instruments = new Metrics((options.meterProvider ?? metrics).getMeter(scope, version));
  const settings = { tracer, metrics: instruments, captureContent, isLatest: wantsLatest(), redact };
  return {
    onCodexStart: ({ restarts }) => {
      if (restarts > 0) instruments.restarts.add(1);
    },
    onTurn: (info) => new TurnSpans(settings, info),
  };
}

/**
 * Options with which Codex also sends the turn's trace context to the model's endpoint, without exporting spans. Codex
 * sends the header only if a trace exporter is configured. This exporter is never used, because the sampler drops all
 * spans.
 */
export function traceModelRequests<Options extends CodexOptions>(options: Options): Options {
  const { config = {}, env } = options;
  const own = Object.entries(env ?? process.env).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const exporter = { "otlp-http": { endpoint: "http://127.0.0.1:9/v1/traces", protocol: "json" } };
  return {
    ...options,
    config: { ...config, "otel.trace_exporter": exporter },
    env: { ...Object.fromEntries(own), OTEL_TRACES_SAMPLER: "always_off" },
  };
}
