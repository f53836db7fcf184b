// Ids that no other call and no other process has. They are no secrets: `node:crypto` would take 8 ms to load for them.

const origin = [process.pid, process.hrtime.bigint(), Math.trunc(Math.random() * 2 ** 48)]
  .map((part) => part.toString(36))
  .join("-");
let count = 0;

/** Letters, digits and hyphens. */
export function uniqueId(): string {
  count += 1;
  return `${origin}-${count.toString(36)}`;
}
