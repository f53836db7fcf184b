// What telemetry and budgets cost: the same turns of the same thread of the same Codex, with and without them.
import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { AggregationTemporality, MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { Codex } from "codex-sdk";
import type { CodexObserver, Thread } from "codex-sdk";
import { openTelemetry } from "codex-sdk/otel";
import { say, ScriptedModel } from "codex-sdk/testing";
import { cpuOf } from "../harness/cpu.js";
import type { Bench, Goal, Measurement } from "../harness/measurement.js";
import { medianInterval, toRow } from "../harness/series.js";

export const telemetry: Measurement = { name: "telemetry", title: "Telemetry and budgets", run };

const arms = ["plain", "traced", "budget"] as const;
type Arm = (typeof arms)[number];
/** The arms in every order, so that none profits from its place. */
const orders: readonly (readonly Arm[])[] = [
  ["plain", "traced", "budget"],
  ["budget", "traced", "plain"],
  ["traced", "budget", "plain"],
  ["plain", "budget", "traced"],
  ["budget", "plain", "traced"],
  ["traced", "plain", "budget"],
];
/** A new thread after so many rounds: a conversation that grows makes each turn slower. */
const roundsPerThread = 12;
/** A hurried run has so many rounds at least. */
const fewestRounds = 48;
/** A busy machine has so much time. */
const longestMs = 240_000;

interface Samples {
  ms: number[];
  /** Of the host and Codex, the mean of each thread's turns: the system counts in steps of 10 ms. */
  cpuMs: number[];
}

async function run(bench: Bench) {
  const { providers, shutdown } = droppingSdk();
  const clock = { ms: 0 };
  const observer = timed(openTelemetry(providers), clock);
  const model = await ScriptedModel.start({
    script: () => [say("done")],
    codexHome: await bench.place.newCodexHome(),
    keepRequests: 1,
  });
  const codex = new Codex(model.codexOptions());
  const samples: Record<Arm, Samples> = { plain: empty(), traced: empty(), budget: empty() };
  const inHooks: number[] = [];
  const latest = performance.now() + (bench.limitMs ?? longestMs);
  const rounds = bench.scaled(720, 240);
  for (let round = 0; round < rounds && (round < fewestRounds || performance.now() < latest);) {
    const thread = codex.startThread(model.threadOptions({ workingDirectory: bench.place.workingDirectory }));
    const spent: Record<Arm, number> = { plain: 0, traced: 0, budget: 0 };
    // Turns that warm up do not count.
    for (const arm of arms) await turn(arm, thread);
    for (const end = round + roundsPerThread; round < end; round++) {
      for (const arm of orders[round % orders.length] ?? arms) {
        const { tookMs, cpuMs } = await turn(arm, thread);
        samples[arm].ms.push(tookMs);
        spent[arm] += cpuMs;
      }
      inHooks.push(clock.ms);
    }
    for (const arm of arms) samples[arm].cpuMs.push(spent[arm] / roundsPerThread);
  }
  await codex.close();
  await model.close();
  await shutdown();

  async function turn(arm: Arm, on: Thread): Promise<{ tookMs: number; cpuMs: number }> {
    if (arm === "traced") clock.ms = 0;
    const cpuBefore = cpuOf(process.pid);
    const started = performance.now();
    const stop = arm === "traced" ? codex.observe(observer) : undefined;
    await on.run("Hello", arm === "budget" ? { budget: { tokens: Number.MAX_SAFE_INTEGER } } : {});
    const tookMs = performance.now() - started;
    stop?.();
    const cpu = cpuOf(process.pid);
    return { tookMs, cpuMs: cpu.host + cpu.codex - cpuBefore.host - cpuBefore.codex };
  }

  const { plain, traced, budget } = samples;
  const shares = inHooks.map((ms, round) => (ms / (traced.ms[round] ?? Number.NaN)) * 100);
  return {
    rows: [
      toRow("without telemetry", "ms", "lower", [plain.ms]),
      toRow("with openTelemetry()", "ms", "lower", [traced.ms]),
      toRow("with a budget", "ms", "lower", [budget.ms]),
      toRow("inside of the hooks", "ms", "lower", [inHooks]),
      toRow("CPU time without telemetry", "ms", "lower", [plain.cpuMs]),
      toRow("CPU time with openTelemetry()", "ms", "lower", [traced.cpuMs]),
      toRow("CPU time with a budget", "ms", "lower", [budget.cpuMs]),
    ],
    goals: [
      goal("openTelemetry() makes a warm turn longer by", more(traced.ms, plain.ms), 1),
      goal("a budget makes it longer by", more(budget.ms, plain.ms), 1),
      goal("share of a turn inside of the hooks", medianInterval(shares)),
      goal("openTelemetry() takes more CPU time by", more(traced.cpuMs, plain.cpuMs)),
      goal("a budget takes more CPU time by", more(budget.cpuMs, plain.cpuMs)),
    ],
  };
}

function empty(): Samples {
  return { ms: [], cpuMs: [] };
}

/** By how many percent each turn took longer than its neighbour without anything. */
function more(own: readonly number[], plain: readonly number[]) {
  return medianInterval(own.map((ms, round) => (ms / (plain[round] ?? Number.NaN) - 1) * 100));
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

/** The SDK as programs use it: spans and metrics are recorded, collected and exported. The exporters drop them. */
function droppingSdk() {
  const drop = { export: (_: unknown, done: (result: { code: number }) => void) => done({ code: 0 }) };
  const rest = { shutdown: () => Promise.resolve(), forceFlush: () => Promise.resolve() };
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor({ ...drop, ...rest })] });
  const exporter = { ...drop, ...rest, selectAggregationTemporality: () => AggregationTemporality.CUMULATIVE };
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

/** The observer with a clock around each of its hooks. */
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
