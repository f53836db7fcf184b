// Unique IDs across calls and processes. They are not secret: loading `node:crypto` for them would take 8 ms.

const origin = [process.pid, process.hrtime.bigint(), Math.trunc(Math.random() * 2 ** 48)]
  .map((part) => part.toString(36))
  .join("-");
let count = 0;

/** Letters, digits and hyphens. */
export function uniqueId(): string {
  count += 1;
  return `${origin}-${count.toString(36)}`;
}
