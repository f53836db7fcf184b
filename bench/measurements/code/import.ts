// `import "codex-sdk"`: the time over an empty module, and the loaded files.
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { Bench, Measurement } from "../../harness/measurement.js";
import { programFile } from "../../harness/program.js";
import { difference, interleaved, toRow } from "../../harness/results/series.js";

export const importTime: Measurement = {
  name: "import",
  title: 'import "codex-sdk"',
  run,
};

/** CPU time depends less on other load than wall-clock time. */
const printCpuTime = "const { user, system } = process.cpuUsage(); process.stdout.write(String(user + system))";
const heavy = ["ajv", "smol-toml", "ws"];

async function run(bench: Bench) {
  const cpuTimes = new Map<string, number[]>();
  const times = (name: string, source: string) => async () =>
    Array.from({ length: bench.scaled(10, 3) }, () => {
      const started = performance.now();
      const cpuMs = Number(evaluate(`${source}; ${printCpuTime}`)) / 1000;
      const milliseconds = performance.now() - started;
      cpuTimes.set(name, [...(cpuTimes.get(name) ?? []), cpuMs]);
      return milliseconds;
    });
  const samples = await interleaved(
    bench.scaled(5, 3),
    new Map([
      ["codex-sdk", times("codex-sdk", 'import "codex-sdk"')],
      ["@openai/codex-sdk", times("@openai/codex-sdk", 'import "@openai/codex-sdk"')],
      ["an empty module", times("an empty module", "export {}")],
    ]),
    { limitMs: bench.limitMs },
  );
  const loaded = loadedFiles();
  const sizes = loaded.map((file) => statSync(file).size);
  const packages = heavy.filter((name) => loaded.some((file) => file.includes(`/node_modules/${name}/`)));
  const bytes = sizes.reduce((sum, size) => sum + size, 0);
  return {
    rows: [
      ...[...samples].map(([name, rounds]) => toRow(name, "ms", "lower", rounds)),
      ...[...cpuTimes].map(([name, all]) => toRow(`${name}: CPU time`, "ms", "lower", [all])),
      toRow("codex-sdk: loaded", "KB", "lower", [[bytes / 1024]]),
      toRow("codex-sdk: loaded", "files", "lower", [[loaded.length]]),
    ],
    goals: [
      {
        what: "over an empty module",
        value: difference(samples.get("codex-sdk") ?? [], samples.get("an empty module") ?? []),
        unit: "ms" as const,
        limit: 30,
        must: "at most" as const,
      },
      {
        what: `packages among ${heavy.join(", ")} that are loaded`,
        value: packages.length,
        unit: "" as const,
        limit: 0,
        must: "at most" as const,
      },
    ],
  };
}

/** Runs a module in the root of the project, where `codex-sdk` resolves to this package. */
function evaluate(source: string, ...flags: string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...flags, "--input-type=module", "-e", source], {
    cwd: path.resolve(import.meta.dirname, "../../../../.."),
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`\`${source}\` failed: ${stderr}`);
  return stdout;
}

/** The files that the import loads, as reported by a loader hook. */
function loadedFiles(): string[] {
  const hooks = JSON.stringify(programFile("report-loads"));
  const register = `import { register } from "node:module"; import { pathToFileURL } from "node:url";
    register(pathToFileURL(${hooks})); await import("codex-sdk");`;
  const urls = evaluate(register).split("\n");
  return [...new Set(urls.filter((url) => url.startsWith("file:")))].map((url) => fileURLToPath(url));
}
