// Regular expressions of schemas, run for a limited time: `(a+)+$` can take longer than the universe has existed.
import { createContext, Script } from "node:vm";
import type { Context } from "node:vm";

/** What all patterns of one validation may take together, in milliseconds. */
const budgetMs = 250;
/** Shorter texts, and patterns with less repetition, cannot take long. */
const safeLength = 16;
const repetition = /[*+]|\{\d+,/g;

let leftMs = budgetMs;
let context: Context | undefined;
const script = new Script("pattern.test(text)");

/** Each validation begins with this. Validation is synchronous, so no two of them share a budget. */
export function resetPatternBudget(): void {
  leftMs = budgetMs;
}

/** A pattern with the one method that ajv uses. What takes too long does not match. */
export class BoundedPattern {
  readonly #pattern: RegExp;
  readonly #isSafe: boolean;

  constructor(source: string, flags: string) {
    this.#pattern = toRegExp(source, flags);
    this.#isSafe = (source.match(repetition) ?? []).length < 2;
  }

  test(text: string): boolean {
    if (this.#isSafe || text.length <= safeLength) return this.#pattern.test(text);
    return leftMs >= 1 && this.#testWithin(text);
  }

  #testWithin(text: string): boolean {
    context ??= createContext({});
    Object.assign(context, { pattern: this.#pattern, text });
    const started = performance.now();
    try {
      return script.runInContext(context, { timeout: Math.ceil(leftMs) }) === true;
    } catch {
      return false;
    } finally {
      leftMs -= performance.now() - started;
    }
  }
}

/** Patterns are written for Unicode mode. Those that are not valid there are read without it. */
function toRegExp(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    return new RegExp(source);
  }
}
