// The cost of telemetry and budgets: turns of the same thread and Codex, with and without them.
//
// The duration of an ordinary warm turn varies by a fifth, which hides a difference of 1 %. The difference is therefore
// measured on turns that vary little: not saved, and with one certificate authority. It is compared with an ordinary turn.
import { rootCertificates } from "node:tls";
import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { Codex } from "codex-sdk";
import type { CodexObserver, Thread } from "codex-sdk";
import { openTelemetry } from "codex-sdk/otel";
import { say, ScriptedModel } from "codex-sdk/testing";
import type { Bench, Goal, Measurement } from "../../harness/measurement.js";
import { median, medianInterval, toRow } from "../../harness/results/series.js";

export const telemetry: Measurement = { name: "telemetry", title: "Telemetry and budgets", run };

const variants = ["plain", "traced", "budget"] as const;
type Variant = (typeof variants)[number];
/** All orders of the variants, so that the order does not favour one of them. */
const orders: readonly (readonly Variant[])[] = [
  ["plain", "traced", "budget"],
  ["budget", "traced", "plain"],
  ["traced", "budget", "plain"],
  ["plain", "budget", "traced"],
  ["budget", "plain", "traced"],
  ["traced", "plain", "budget"],
];
/** Turns become slower as a conversation grows, so that a new thread starts after this number of rounds. */
const roundsPerThread = 12;
/** The minimum with `--quick`. */
const minRounds = 48;
/** The limit on a busy machine. */
const limitMs = 240_000;

interface Samples {
  ms: number[];
  /** CPU time of the host process only: that of Codex varies by more than telemetry adds. */
  hostMs: number[];
}

async function run(bench: Bench) {
  const { providers, shutdown } = discardingSdk();
  const clock = { ms: 0 };
  const observer = timed(openTelemetry(providers), clock);
  const model = await ScriptedModel.start({
    script: () => [say("done")],
    codexHome: await bench.workspace.newCodexHome(),
    keepRequests: 1,
  });
  const { workingDirectory } = bench.workspace;
  const certificate = await bench.workspace.newFile("certificate.pem", `${rootCertificates[0] ?? ""}\n`);
  const options = model.codexOptions();
  const env = { ...options.env, SSL_CERT_FILE: certificate };
  const ordinary = new Codex(options);
  const steady = new Codex({ ...options, env });
  const samples: Record<Variant, Samples> = { plain: empty(), traced: empty(), budget: empty() };
  const ordinaryMs: number[] = [];
  const hookMs: number[] = [];
  const deadline = performance.now() + (bench.limitMs ?? limitMs);
  const rounds = bench.scaled(2400, 240);
  for (let round = 0; round < rounds && (round < minRounds || performance.now() < deadline);) {
    const thread = steady.startThread(model.threadOptions({ workingDirectory, ephemeral: true }));
    // Warm-up turns do not count.
    for (const variant of variants) await turn(variant, thread);
    for (const end = round + roundsPerThread; round < end; round++) {
      for (const variant of orders[round % orders.length] ?? variants) {
        const { tookMs, hostMs } = await turn(variant, thread);
        samples[variant].ms.push(tookMs);
        samples[variant].hostMs.push(hostMs);
      }
      hookMs.push(clock.ms);
    }
    const saved = ordinary.startThread(model.threadOptions({ workingDirectory }));
    for (let count = 0; count < 3; count++) {
      const started = performance.now();
      await saved.run("Hello");
      if (count > 0) ordinaryMs.push(performance.now() - started);
    }
  }
  await ordinary.close();
  await steady.close();
  await model.close();
  await shutdown();

  async function turn(variant: Variant, on: Thread): Promise<{ tookMs: number; hostMs: number }> {
    if (variant === "traced") clock.ms = 0;
    const cpuBefore = process.cpuUsage();
    const started = performance.now();
    const stop = variant === "traced" ? steady.observe(observer) : undefined;
    await on.run("Hello", variant === "budget" ? { budget: { tokens: Number.MAX_SAFE_INTEGER } } : {});
    const tookMs = performance.now() - started;
    stop?.();
    const { user, system } = process.cpuUsage(cpuBefore);
    return { tookMs, hostMs: (user + system) / 1000 };
  }

  const { plain, traced, budget } = samples;
  const whole = median(ordinaryMs);
  const share = (values: readonly number[], base: readonly number[]) =>
    medianInterval(values.map((ms, round) => ((ms - (base[round] ?? Number.NaN)) / whole) * 100));
  return {
    rows: [
      toRow("an ordinary warm turn", "ms", "lower", [ordinaryMs]),
      toRow("a steady turn without telemetry", "ms", "lower", [plain.ms]),
      toRow("with openTelemetry()", "ms", "lower", [traced.ms]),
      toRow("with a budget", "ms", "lower", [budget.ms]),
      toRow("inside the hooks", "ms", "lower", [hookMs]),
      toRow("the host's CPU time without telemetry", "ms", "lower", [plain.hostMs]),
      toRow("the host's CPU time with openTelemetry()", "ms", "lower", [traced.hostMs]),
      toRow("the host's CPU time with a budget", "ms", "lower", [budget.hostMs]),
    ],
    goals: [
      goal("openTelemetry() adds to a turn, as a share of an ordinary warm one", share(traced.ms, plain.ms), 1),
      goal("a budget adds", share(budget.ms, plain.ms), 1),
      goal("inside the hooks", medianInterval(hookMs.map((ms) => (ms / whole) * 100))),
      goal("openTelemetry() adds CPU time of the host", share(traced.hostMs, plain.hostMs)),
      goal("a budget adds CPU time of the host", share(budget.hostMs, plain.hostMs)),
    ],
  };
}

function empty(): Samples {
  return { ms: [], hostMs: [] };
}

function goal(what: string, { median, low, high }: ReturnType<typeof medianInterval>, limit?: number): Goal {
  const interval = `95 % interval ${low.toFixed(2)} to ${high.toFixed(2)} %`;
  return {
    what: `${what} (${interval})`,
    value: median,
    unit: "%",
    ...(limit !== undefined && { limit, must: "at most" }),
  };
}

/** The OpenTelemetry SDK as programs use it: records, collects and exports. The exporters discard the data. */
function discardingSdk() {
  const discard = { export: (_: unknown, done: (result: { code: number }) => void) => done({ code: 0 }) };
  const lifecycle = { shutdown: () => Promise.resolve(), forceFlush: () => Promise.resolve() };
  const tracerProvider = new BasicTracerProvider({
    spanProcessors: [new BatchSpanProcessor({ ...discard, ...lifecycle })],
  });
  const exporter = { ...discard, ...lifecycle, selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE };
  const meterProvider = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return {
    providers: { tracerProvider, meterProvider },
    shutdown: async () => {
      context.disable();
      await tracerProvider.shutdown();
      await meterProvider.shutdown();
    },
  };
}

/** The observer with a timer around each of its hooks. */
function timed(observer: CodexObserver, clock: { ms: number }): CodexObserver {
  const wrap = <Hooks extends object>(hooks: Hooks): Hooks =>
    new Proxy(hooks, {
      get: (target, name) => {
        const hook: unknown = Reflect.get(target, name);
        if (typeof hook !== "function") return hook;
        return (...args: unknown[]) => {
          const started = performance.now();
          try {
            const result: unknown = Reflect.apply(hook, target, args);
            return name === "onTurn" && typeof result === "object" && result !== null ? wrap(result) : result;
          } finally {
            clock.ms += performance.now() - started;
          }
        };
      },
    });
  return wrap(observer);
}
