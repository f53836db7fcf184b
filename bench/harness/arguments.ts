// The bench's command line.
import { parseArgs } from "node:util";
import type { Measurement } from "./measurement.js";

export interface Options {
  quick: boolean;
  measurements: readonly Measurement[];
  compareWith: string | undefined;
  writeTo: string | undefined;
}

/** The options, or what is wrong with them. */
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
    if (values.help) return "Measures this SDK beside the reference SDK and a bare JSON-RPC loop.";
    const only = values.only.flatMap((names) => names.split(","));
    const unknown = only.filter((name) => !all.some((measurement) => measurement.name === name));
    if (unknown.length > 0) return `There is no measurement ${unknown.map((name) => `"${name}"`).join(", ")}.`;
    const isChosen = ({ name, isSlow = false }: Measurement) =>
      only.length > 0 ? only.includes(name) : !(values.quick && isSlow);
    const measurements = all.filter(isChosen);
    // A part of the measurements, or a hurried run, is no record.
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
    "  --quick         fewer rounds, and not the slow ones: within two minutes",
    "  --only NAME     only these measurements, separated by commas",
    "  --compare FILE  prints the ratios to an earlier run's JSON",
    "  --write FILE    writes the JSON there; a whole run that is not quick goes to bench/results/",
    "",
    "Measurements:",
    ...all.map(({ name, title, isSlow = false }) => `  ${name.padEnd(14)}  ${title}${isSlow ? " (slow)" : ""}`),
  ].join("\n");
}
