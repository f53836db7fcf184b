// The keys of a thread's objects.

interface Prefixed {
  /** Ends with `/`. */
  readonly prefix: string;
}

const digits = 12;

export function logKey({ prefix }: Prefixed, position: number): string {
  return `${prefix}log/${padded(position)}`;
}

export function checkpointKey({ prefix }: Prefixed, position: number): string {
  return `${prefix}checkpoints/${padded(position)}`;
}

export function tailKey({ prefix }: Prefixed, position: number, id: string): string {
  return `${prefix}tails/${padded(position)}-${id}`;
}

/** The position in the key of an entry or checkpoint. */
export function positionOf(key: string): number {
  return Number(key.slice(-digits));
}

/** Whether a key can be the location of bytes of the thread. */
export function isByteKey({ prefix }: Prefixed, key: string): boolean {
  return key.startsWith(prefix) && /^(?:log|segments|tails)\/[0-9a-f-]+$/.test(key.slice(prefix.length));
}

function padded(position: number): string {
  return String(position).padStart(digits, "0");
}
