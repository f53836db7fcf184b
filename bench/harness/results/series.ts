// Series of samples: statistics, and comparison of two series that were measured in the same rounds.

/** One list of samples for each round. */
export type Rounds = readonly (readonly number[])[];

export interface Row {
  /** The measured quantity. It identifies the row when two runs are compared. */
  subject: string;
  unit: "ms" | "turns/s" | "events/s" | "MB/s" | "MB" | "KB" | "KB/turn" | "files";
  better: "lower" | "higher";
  median: number;
  /** The 10th and the 90th percentile. */
  low: number;
  high: number;
  samples: number;
}

export function toRow(subject: string, unit: Row["unit"], better: Row["better"], rounds: Rounds): Row {
  const all = rounds.flat();
  return {
    subject,
    unit,
    better,
    median: median(all),
    low: percentile(all, 0.1),
    high: percentile(all, 0.9),
    samples: all.length,
  };
}

export function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}

/** The median with its 95 % confidence interval from order statistics, without an assumed distribution. */
export function medianInterval(values: readonly number[]): { median: number; low: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const below = Math.max(0, Math.floor(sorted.length / 2 - 0.98 * Math.sqrt(sorted.length)) - 1);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { median: median(values), low: at(below), high: at(sorted.length - 1 - below) };
}

/** The median over the rounds of `a`'s median divided by `b`'s. Load that slows a whole round does not affect it. */
export function ratio(a: Rounds, b: Rounds): number {
  return median(medianPairs(a, b).map(([ofA, ofB]) => ofA / ofB));
}

/** The median over the rounds of `a`'s median minus `b`'s. */
export function difference(a: Rounds, b: Rounds): number {
  return median(medianPairs(a, b).map(([ofA, ofB]) => ofA - ofB));
}

/** The medians of the rounds in which both have samples. */
function medianPairs(a: Rounds, b: Rounds): [number, number][] {
  const count = Math.min(a.length, b.length);
  const rounds = Array.from({ length: count }, (_, round): [number, number] => [
    median(a[round] ?? []),
    median(b[round] ?? []),
  ]);
  return rounds.filter(([ofA, ofB]) => !Number.isNaN(ofA) && !Number.isNaN(ofB));
}

/**
 * Samples each subject once in every round, in a different order each time, so that temporary load on the machine
 * affects all subjects equally. A warm-up round precedes the first one. No further round starts after `limitMs`.
 */
export async function interleaved<Name extends string>(
  rounds: number,
  subjects: ReadonlyMap<Name, () => Promise<readonly number[]>>,
  { warmUp = true, limitMs = Number.POSITIVE_INFINITY }: { warmUp?: boolean; limitMs?: number | undefined } = {},
): Promise<Map<Name, number[][]>> {
  const deadline = performance.now() + limitMs;
  const names = [...subjects.keys()];
  const samplesOf = new Map<Name, number[][]>(names.map((name) => [name, []]));
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    if (round > 0 && performance.now() > deadline) break;
    const first = Math.max(round, 0) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const samples = await subjects.get(name)?.();
      if (samples && round >= 0) samplesOf.get(name)?.push([...samples]);
    }
  }
  return samplesOf;
}
