// Formats results for the terminal.
import { isMet } from "../measurement.js";
import type { Goal } from "../measurement.js";
import type { MeasurementResult, Results } from "./results.js";
import type { Row } from "./series.js";

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function describe(what: Results | MeasurementResult): string {
  return "machine" in what ? describeRun(what) : describeMeasurement(what);
}

function describeRun({ versions, machine, quick }: Results): string {
  const busy =
    machine.loadAtStart > machine.cpus / 2 ? " The machine is busy: ratios are more reliable than times." : "";
  return [
    Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
    `${machine.platform}, ${machine.cpus} × ${machine.model}, ${machine.memoryGb} GB, load ${machine.loadAtStart}.${busy}`,
    "Every turn: the real Codex, a model on loopback that answers immediately, an empty home directory.",
    `Median [10th – 90th percentile].${quick ? " A quick run has few samples." : ""}`,
  ].join("\n");
}

function describeMeasurement({ title, seconds, rows, goals = [], notes = [] }: MeasurementResult): string {
  return [
    `\n${title} (${seconds} s)`,
    ...table(rows.map(cells)),
    ...goals.map(describeGoal),
    ...notes.map((note) => `  note: ${note}`),
  ].join("\n");
}

function cells({ subject, unit, median, low, high, samples }: Row): string[] {
  const spread = samples > 1 ? `[${formatNumber(low)} – ${formatNumber(high)}]` : "";
  return [subject, `${formatNumber(median)} ${unit}`, spread, samples > 1 ? `${samples} samples` : ""];
}

function describeGoal(goal: Goal): string {
  const { what, value, unit, limit, must } = goal;
  const suffix = unit === "" ? "" : ` ${unit}`;
  if (limit === undefined) return `  · ${what}: ${formatNumber(value)}${suffix}`;
  const sign = must === "at most" ? "≤" : "≥";
  return `  ${isMet(goal) ? "✓" : "✗"} ${what}: ${formatNumber(value)}${suffix} (goal ${sign} ${limit}${suffix})`;
}

export function table(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) for (const [at, cell] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return rows.map((row) => {
    const padded = row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)));
    return `  ${padded.join("  ")}`.trimEnd();
  });
}

export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString("en-US");
  return value.toFixed(Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2);
}
