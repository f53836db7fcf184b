// What telemetry costs: warm turns with and without it, and the time inside of its hooks.
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { MeterProvider } from "@opentelemetry/sdk-metrics";
import { Codex } from "codex-sdk";
import type { CodexObserver } from "codex-sdk";
import { openTelemetry } from "codex-sdk/otel";
import { say, ScriptedModel } from "codex-sdk/testing";
import type { Bench, Measurement } from "../harness/measurement.js";
import { interleaved, ratio, toRow } from "../harness/series.js";

export const telemetry: Measurement = { name: "telemetry", title: "Telemetry", run };

const none = "without telemetry";
const traced = "with openTelemetry()";

async function run(bench: Bench) {
  // Spans are made and recorded in full, and dropped at their end.
  const tracerProvider = new BasicTracerProvider();
  const meterProvider = new MeterProvider();
  const model = await ScriptedModel.start({
    script: () => [say("done")],
    codexHome: await bench.place.newCodexHome(),
    keepRequests: 1,
  });
  const clock = { ms: 0 };
  const observer = timed(openTelemetry({ tracerProvider, meterProvider }), clock);
  const variants = new Map<string, { telemetry?: CodexObserver }>([
    [none, {}],
    [traced, { telemetry: observer }],
  ]);
  const shares: number[] = [];
  const inHooks: number[][] = [];
  const subjects = new Map<string, () => Promise<number[]>>();
  for (const [name, options] of variants) {
    const codex = new Codex({ ...model.codexOptions(), ...options });
    const thread = codex.startThread(model.threadOptions({ workingDirectory: bench.place.workingDirectory }));
    await thread.run("Hello");
    subjects.set(name, async () => {
      const times: number[] = [];
      for (let turn = 0; turn < bench.scaled(20, 10); turn++) {
        clock.ms = 0;
        const started = performance.now();
        await thread.run("Hello");
        times.push(performance.now() - started);
        if (name !== traced) continue;
        shares.push((clock.ms / (times.at(-1) ?? 1)) * 100);
        inHooks.push([clock.ms]);
      }
      return times;
    });
  }
  const samples = await interleaved(bench.scaled(10, 4), subjects, { limitMs: bench.limitMs });
  const sorted = shares.toSorted((one, other) => one - other);
  return {
    rows: [
      ...[...samples].map(([name, rounds]) => toRow(name, "ms", "lower", rounds)),
      toRow("inside of the hooks, a turn", "ms", "lower", inHooks),
    ],
    goals: [
      {
        what: "time inside of the hooks, of a warm turn without content",
        value: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN,
        unit: "%" as const,
        limit: 1,
        must: "at most" as const,
      },
      {
        what: "a turn, traced against untraced",
        value: ratio(samples.get(traced) ?? [], samples.get(none) ?? []),
        unit: "×" as const,
      },
    ],
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
