// The command line of the benchmark.
import { parseArgs } from "node:util";
import type { Measurement } from "./measurement.js";

export interface Options {
  quick: boolean;
  measurements: readonly Measurement[];
  compareWith: string | undefined;
  writeTo: string | undefined;
}

/** @returns the options, or an error message. */
export function parseArguments(args: string[], all: readonly Measurement[]): Options | string {
  try {
    const { values } = parseArgs({
      args,
      options: {
        quick: { type: "boolean", default: false },
        only: { type: "string", multiple: true, default: [] },
        compare: { type: "string" },
        write: { type: "string" },
        help: { type: "boolean", short: "h", default: false },
      },
    });
    if (values.help) return "Compares this SDK with the reference SDK and a bare JSON-RPC loop.";
    const only = values.only.flatMap((names) => names.split(","));
    const unknown = only.filter((name) => !all.some((measurement) => measurement.name === name));
    if (unknown.length > 0) return `Unknown measurement: ${unknown.map((name) => `"${name}"`).join(", ")}.`;
    const isChosen = ({ name, isSlow = false }: Measurement) =>
      only.length > 0 ? only.includes(name) : !(values.quick && isSlow);
    const measurements = all.filter(isChosen);
    // Only a complete run is recorded.
    const isRecord = !values.quick && only.length === 0;
    const writeTo = values.write ?? (isRecord ? "bench/results" : undefined);
    return { quick: values.quick, measurements, compareWith: values.compare, writeTo };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

export function usage(all: readonly Measurement[]): string {
  return [
    "npm run bench -- [--quick] [--only NAME,...] [--compare FILE] [--write FILE]",
    "",
    "  --quick         fewer rounds, without the slow measurements: about two minutes",
    "  --only NAME     runs only these measurements (comma-separated)",
    "  --compare FILE  prints the ratios to an earlier result file",
    "  --write FILE    writes the results there; a complete run is written to bench/results/ by default",
    "",
    "Measurements:",
    ...all.map(({ name, title, isSlow = false }) => `  ${name.padEnd(14)}  ${title}${isSlow ? " (slow)" : ""}`),
  ].join("\n");
}
