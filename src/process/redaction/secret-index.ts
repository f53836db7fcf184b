// Finds any of many secrets in a text. The time depends on the length of the text, not on the number of secrets.

/** From `start` (inclusive) to `end` (exclusive). */
export interface Range {
  start: number;
  end: number;
}

/** Shorter values are words such as "true" or "prod": redacting them would damage the text without protecting anything. */
const minLength = 6;
/** Values below this length, and plain words below `wordLength`, match only as separate words. */
const embeddedLength = 8;
const wordLength = 16;
const prefixLength = 4;
const buckets = 1 << 16;

export class SecretIndex {
  /** The number of secrets whose prefix has this hash: excludes most positions of a text without a lookup. */
  readonly #counts = new Uint16Array(buckets);
  readonly #byPrefix = new Map<string, string[]>();

  add(secret: string): void {
    if (!isFindable(secret)) return;
    const prefix = secret.slice(0, minLength);
    const known = this.#byPrefix.get(prefix);
    if (known) known.push(secret);
    else this.#byPrefix.set(prefix, [secret]);
    const hash = hashAt(secret, 0);
    this.#counts[hash] = (this.#counts[hash] ?? 0) + 1;
  }

  delete(secret: string): void {
    if (!isFindable(secret)) return;
    const prefix = secret.slice(0, minLength);
    const known = this.#byPrefix.get(prefix) ?? [];
    // Two secrets may have a form in common.
    const at = known.indexOf(secret);
    if (at === -1) return;
    known.splice(at, 1);
    if (known.length === 0) this.#byPrefix.delete(prefix);
    const hash = hashAt(secret, 0);
    this.#counts[hash] = (this.#counts[hash] ?? 1) - 1;
  }

  get isEmpty(): boolean {
    return this.#byPrefix.size === 0;
  }

  /** The ranges of secrets, in order. Overlapping or adjacent secrets form one range. */
  find(text: string): Range[] {
    const ranges: Range[] = [];
    if (this.isEmpty) return ranges;
    for (let start = 0; start + minLength <= text.length; start++) {
      if (this.#counts[hashAt(text, start)] === 0) continue;
      const end = this.#longestAt(text, start);
      if (end !== undefined) addRange(ranges, { start, end });
    }
    return ranges;
  }

  #longestAt(text: string, start: number): number | undefined {
    let longest: number | undefined;
    for (const secret of this.#byPrefix.get(text.slice(start, start + minLength)) ?? []) {
      const end = start + secret.length;
      if (longest !== undefined && end <= longest) continue;
      if (text.startsWith(secret, start) && (!isShort(secret) || isSeparateWord(text, start, end))) longest = end;
    }
    return longest;
  }
}

/** Adds a range that does not start before the last one. */
export function addRange(ranges: Range[], range: Range): void {
  const last = ranges.at(-1);
  if (last && range.start <= last.end) last.end = Math.max(last.end, range.end);
  else ranges.push(range);
}

function isFindable(secret: string): boolean {
  if (secret.length < minLength) return false;
  return secret.length >= embeddedLength || !/^([A-Za-z]+|\d+)$/.test(secret);
}

function isShort(secret: string): boolean {
  return secret.length < embeddedLength || (secret.length < wordLength && /^[A-Za-z]+$/.test(secret));
}

function isSeparateWord(text: string, start: number, end: number): boolean {
  const isJoined =
    isWordCharacter(text, start - 1) && !/(%[0-9A-Fa-f]{2}|\\[bfnrt])$/.test(text.slice(start - 3, start));
  return !isJoined && !isWordCharacter(text, end);
}

function isWordCharacter(text: string, index: number): boolean {
  return index >= 0 && /[A-Za-z0-9]/.test(text.charAt(index));
}

function hashAt(text: string, start: number): number {
  let hash = 0;
  for (let index = start; index < start + prefixLength; index++) hash = (hash * 31 + text.charCodeAt(index)) | 0;
  return (hash ^ (hash >>> 15)) & (buckets - 1);
}
