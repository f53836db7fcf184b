// Samples, what is said of them, and how two series that were taken in turns compare.

/** One list of samples for each round. */
export type Rounds = readonly (readonly number[])[];

export interface Row {
  /** What was measured, of whom; the key for comparing with another run. */
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
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** The median with its 95 % confidence interval, from the order of the values alone: no distribution is assumed. */
export function medianInterval(values: readonly number[]): { median: number; low: number; high: number } {
  const sorted = values.toSorted((a, b) => a - b);
  const below = Math.max(0, Math.floor(sorted.length / 2 - 0.98 * Math.sqrt(sorted.length)) - 1);
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return { median: median(values), low: at(below), high: at(sorted.length - 1 - below) };
}

/** The median over rounds of `a`'s median by `b`'s: what slows a whole round down slows both. */
export function ratio(a: Rounds, b: Rounds): number {
  return median(eachRound(a, b).map(([ofA, ofB]) => ofA / ofB));
}

/** As `ratio`, for what one has beyond the other. */
export function difference(a: Rounds, b: Rounds): number {
  return median(eachRound(a, b).map(([ofA, ofB]) => ofA - ofB));
}

/** Their medians, of the rounds in which both have samples. */
function eachRound(a: Rounds, b: Rounds): [number, number][] {
  const count = Math.min(a.length, b.length);
  const rounds = Array.from({ length: count }, (_, round): [number, number] => [
    median(a[round] ?? []),
    median(b[round] ?? []),
  ]);
  return rounds.filter(([ofA, ofB]) => !Number.isNaN(ofA) && !Number.isNaN(ofB));
}

/**
 * Lets each subject take its samples once in every round, each time in another order, so that a busy moment of the
 * machine hits all alike. A round before the first warms up and does not count. After `limitMs` no further round begins.
 */
export async function interleaved<Name extends string>(
  rounds: number,
  subjects: ReadonlyMap<Name, () => Promise<readonly number[]>>,
  { warmUp = true, limitMs = Number.POSITIVE_INFINITY }: { warmUp?: boolean; limitMs?: number | undefined } = {},
): Promise<Map<Name, number[][]>> {
  const latest = performance.now() + limitMs;
  const names = [...subjects.keys()];
  const taken = new Map<Name, number[][]>(names.map((name) => [name, []]));
  for (let round = warmUp ? -1 : 0; round < rounds; round++) {
    if (round > 0 && performance.now() > latest) break;
    const first = Math.max(round, 0) % names.length;
    for (const name of [...names.slice(first), ...names.slice(0, first)]) {
      const samples = await subjects.get(name)?.();
      if (samples && round >= 0) taken.get(name)?.push([...samples]);
    }
  }
  return taken;
}
