// Elapsed time that includes both changes of the system clock and the machine's sleep.

export interface Clock {
  /** The system clock, which can be changed. */
  wall: number;
  /** Does not include the time in which the machine sleeps. */
  monotonic: number;
}

export function clock(): Clock {
  return { wall: Date.now(), monotonic: performance.now() };
}

export function elapsedSince({ wall, monotonic: steady }: Clock): number {
  return Math.max(Date.now() - wall, performance.now() - steady);
}
