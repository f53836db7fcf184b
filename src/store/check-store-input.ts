// Validates the input of adapters: names that are safe in paths and keys, and well-formed appends.
import { InvalidInputError } from "../index.js";
import type { ClaimOptions, ThreadAppend } from "../index.js";

const safeId = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/;
const safeFile = /^[A-Za-z0-9][A-Za-z0-9._-]{0,239}$/;
const longestKey = 512;
const longestOwner = 256;

export function isStoreThreadId(threadId: string): boolean {
  return typeof threadId === "string" && safeId.test(threadId);
}

/** @throws InvalidInputError if the ID could escape its directory or key prefix. */
export function checkStoreThreadId(threadId: string): void {
  if (isStoreThreadId(threadId)) return;
  throw new InvalidInputError(
    `${shown(threadId)} cannot be a thread ID in a store. Pass letters, digits, "_" and "-", at most 128 of them.`,
  );
}

export function checkFileName(file: string): void {
  if (typeof file === "string" && safeFile.test(file)) return;
  throw new InvalidInputError(
    `${shown(file)} cannot be a file name in a store. Pass letters, digits, ".", "_" and "-", at most 240 of them.`,
  );
}

export function checkMarkKey(key: string): void {
  if (typeof key === "string" && key !== "" && key.length <= longestKey) return;
  throw new InvalidInputError(`${shown(key)} cannot be the key of a mark. Pass 1 to ${longestKey} characters.`);
}

export function checkClaimOptions({ owner, ttlMs }: ClaimOptions): void {
  if (typeof owner !== "string" || owner === "" || owner.length > longestOwner) {
    throw new InvalidInputError(`\`owner\` must have 1 to ${longestOwner} characters, not ${shown(owner)}.`);
  }
  checkLease("ttlMs", ttlMs);
}

/** Used if the options do not set it. */
export const defaultLeaseMs = 30_000;
/** A shorter lease could expire between two renewals on a busy machine. */
const shortestLeaseMs = 100;
const longestLeaseMs = 24 * 3_600_000;

export function checkLease(name: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= shortestLeaseMs && value <= longestLeaseMs) return;
  throw new InvalidInputError(
    `\`${name}\` must be a whole number of milliseconds from ${shortestLeaseMs} to ${longestLeaseMs}, not ${shown(value)}.`,
  );
}

export function checkAppend({ version, writes = [], manifest, marks = {} }: ThreadAppend): void {
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new InvalidInputError(`\`version\` must be a whole number above 0, not ${shown(version)}.`);
  }
  const files = new Set<string>();
  for (const { file, at, bytes, sha256 } of writes) {
    checkFileName(file);
    if (files.has(file)) throw new InvalidInputError(`An append can contain ${file} only once. Combine its bytes.`);
    files.add(file);
    if (!Number.isSafeInteger(at) || at < 0) {
      throw new InvalidInputError(`\`at\` must be an offset in bytes, not ${shown(at)}.`);
    }
    if (!(bytes instanceof Uint8Array)) throw new InvalidInputError("`bytes` must be a Uint8Array.");
    if (!/^[0-9a-f]{64}$/.test(sha256)) {
      throw new InvalidInputError("`sha256` must be 64 lower-case hexadecimal digits.");
    }
  }
  for (const key of Object.keys(marks)) checkMarkKey(key);
  for (const ancestor of manifest?.ancestors ?? []) checkStoreThreadId(ancestor);
}

function shown(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
