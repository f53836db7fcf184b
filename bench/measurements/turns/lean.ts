// The effect of `lean`: bytes per request, and the time of the first turn of a new Codex.
import { Codex } from "codex-sdk";
import type { CodexOptions } from "codex-sdk";
import { say, ScriptedModel } from "codex-sdk/testing";
import type { Bench, Measurement } from "../../harness/measurement.js";
import { interleaved, ratio, toRow } from "../../harness/results/series.js";

export const lean: Measurement = { name: "lean", title: "Lean requests", run };

const variants: readonly (readonly [name: string, options: CodexOptions])[] = [
  ["default", {}],
  ["lean", { lean: true }],
];

async function run(bench: Bench) {
  const bytes = new Map<string, number[][]>(variants.map(([name]) => [name, []]));
  const subjects = new Map<string, () => Promise<number[]>>();
  for (const [name, options] of variants) {
    const model = await ScriptedModel.start({
      script: () => [say("done")],
      codexHome: await bench.workspace.newCodexHome(),
    });
    subjects.set(name, async () => {
      await using codex = new Codex({ ...model.codexOptions(), ...options });
      await codex.warm();
      const thread = codex.startThread(model.threadOptions({ workingDirectory: bench.workspace.workingDirectory }));
      const started = performance.now();
      await thread.run("Hello");
      const tookMs = performance.now() - started;
      bytes.get(name)?.push([JSON.stringify(model.requests.at(-1)?.body).length / 1000]);
      return [tookMs];
    });
  }
  const samples = await interleaved(bench.scaled(10, 4), subjects, { limitMs: bench.limitMs });
  const [usual, own] = variants.map(([name]) => name);
  return {
    rows: [
      ...[...samples].map(([name, rounds]) => toRow(`${name}: first turn of a warm Codex`, "ms", "lower", rounds)),
      ...[...bytes].map(([name, rounds]) => toRow(`${name}: a request`, "KB", "lower", rounds)),
    ],
    goals: [
      {
        what: "first turn, lean against default",
        value: ratio(samples.get(own ?? "") ?? [], samples.get(usual ?? "") ?? []),
        unit: "×" as const,
      },
      {
        what: "bytes of a request, lean against default",
        value: ratio(bytes.get(own ?? "") ?? [], bytes.get(usual ?? "") ?? []),
        unit: "×" as const,
      },
    ],
  };
}
