// Removes secrets from text that people may see: errors, stderr, traces.
import { CodexError } from "../../errors/errors.js";
import { addRange, SecretIndex } from "./secret-index.js";
import type { Range } from "./secret-index.js";

const redacted = "[redacted]";
const longestSecret = 8_192;
/** A gateway may send a page of several megabytes as its error. */
const longestMessage = 16_384;

/** Credentials that are recognisable by their form. "Basic authentication" is not one. */
const authorization =
  /\b(Bearer|bearer|BEARER|Basic|basic|BASIC)(\s+|%20)(?=[\w.~+/=-]*(?:\d|[=+~]|[a-z][A-Z]|\.\w)|[\w-]{24,})[\w.~+/=-]{8,}/g;
const openAiKey = /\bsk-(?=[\w-]*\d|[\w-]{20,})[\w-]{8,}/g;

/** The secrets of one `Codex` and its threads. */
export class Redactor {
  readonly #uses = new Map<string, number>();
  readonly #index = new SecretIndex();

  constructor(secrets: Iterable<string> = []) {
    this.add(secrets);
  }

  /** Redacts these values from now on. @returns a function that releases them. */
  add(secrets: Iterable<string>): () => void {
    const own = [...new Set(secrets)];
    for (const secret of own) {
      const uses = this.#uses.get(secret) ?? 0;
      this.#uses.set(secret, uses + 1);
      if (uses === 0) for (const form of formsOf(secret)) this.#index.add(form);
    }
    return () => {
      for (const secret of own.splice(0)) this.#release(secret);
    };
  }

  /** Whether the text contains a secret, in any of the forms that `redact` replaces. */
  matches(text: string): boolean {
    return this.#find(text).length > 0;
  }

  /**
   * Replaces each secret with `[redacted]`, including its forms escaped for JSON or a URL and inside base64 text, and
   * everything that looks like an API key or an `Authorization` header.
   *
   * Values shorter than 6 characters are not replaced, nor are words and numbers shorter than 8.
   */
  redact(text: string): string {
    return replaceRanges(text, this.#find(text)).replace(authorization, `$1$2${redacted}`).replace(openAiKey, redacted);
  }

  /** Like `redact`, for a message: a long one is cut, and its length is stated. */
  redactMessage(text: string): string {
    if (text.length <= longestMessage) return this.redact(text);
    return `${this.redactBeginning(text, longestMessage)}… (${text.length} characters)`;
  }

  /** The first `longest` characters, redacted. The time does not depend on the rest of the text. */
  redactBeginning(text: string, longest: number): string {
    const part = text.slice(0, longest + longestSecret);
    const shown = this.redact(part);
    if (text.length <= longest) return shown;
    // The end may be the beginning of a secret, which is not recognised.
    return shown.slice(0, part.length < text.length ? Math.min(longest, shown.length - longestSecret) : longest);
  }

  /** Redacts the error in place: its message, stack, stderr and causes. Classify the error before. */
  redactError<Thrown>(error: Thrown): Thrown {
    const seen = new Set<unknown>();
    for (let each: unknown = error; each instanceof Error && !seen.has(each); each = each.cause) {
      seen.add(each);
      this.#redactFields(each);
    }
    return error;
  }

  #redactFields(error: Error): void {
    const message = this.redactMessage(error.message);
    if (message !== error.message) {
      // The stack begins with the message.
      const stack = error.stack?.replace(error.message, () => message);
      error.message = message;
      if (stack !== undefined)
        Object.defineProperty(error, "stack", { value: stack, writable: true, configurable: true });
    }
    if (!CodexError.isInstance(error) || !("stderr" in error) || typeof error.stderr !== "string") return;
    Object.defineProperty(error, "stderr", { value: this.redact(error.stderr), enumerable: true, configurable: true });
  }

  #release(secret: string): void {
    const uses = (this.#uses.get(secret) ?? 0) - 1;
    if (uses > 0) {
      this.#uses.set(secret, uses);
      return;
    }
    this.#uses.delete(secret);
    for (const form of formsOf(secret)) this.#index.delete(form);
  }

  #find(text: string): Range[] {
    if (this.#index.isEmpty) return [];
    const all = [...this.#index.find(text), ...this.#findInBase64(text)].toSorted((a, b) => a.start - b.start);
    const ranges: Range[] = [];
    for (const range of all) addRange(ranges, range);
    return ranges;
  }

  /** A secret may begin at any of four positions of a group of base64 characters. */
  #findInBase64(text: string): Range[] {
    const ranges: Range[] = [];
    for (const { 0: run, index } of text.matchAll(/[A-Za-z0-9+/_-]{8,}/g)) {
      for (let offset = 0; offset < 4; offset++) {
        const bytes = Buffer.from(run.slice(offset), "base64").toString("latin1");
        for (const { start, end } of this.#index.find(bytes)) {
          const at = index + offset;
          ranges.push({ start: at + Math.floor((start * 4) / 3), end: at + Math.ceil((end * 4) / 3) });
        }
      }
    }
    return ranges;
  }
}

function replaceRanges(text: string, ranges: readonly Range[]): string {
  let result = "";
  let position = 0;
  for (const { start, end } of ranges) {
    result += text.slice(position, start) + redacted;
    position = end;
  }
  return result + text.slice(position);
}

/** The secret itself, in JSON, in JSON inside JSON, in URLs, and as UTF-8 bytes if they differ. */
function formsOf(secret: string): Set<string> {
  if (/^[\w.~-]*$/.test(secret)) return new Set([secret]);
  const json = JSON.stringify(secret).slice(1, -1);
  const twice = JSON.stringify(json).slice(1, -1);
  const bytes = Buffer.from(secret, "utf8").toString("latin1");
  return new Set([secret, json, twice, bytes, ...urlForms(secret)]);
}

function urlForms(secret: string): string[] {
  if (/\p{Surrogate}/u.test(secret)) return []; // A lone surrogate cannot be in a URL.
  const inForm = new URLSearchParams({ x: secret }).toString().slice("x=".length);
  return [encodeURIComponent(secret), encodeURI(secret), inForm];
}
