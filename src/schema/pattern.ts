// Runs the regular expressions of schemas with a time limit, because some take exponential time, such as `(a+)+$`.
import { createContext, Script } from "node:vm";
import type { Context } from "node:vm";

/** The total time for all patterns of one validation, in milliseconds. */
const budgetMs = 250;
/** Shorter texts, and patterns with less repetition, cannot take long. */
const safeLength = 16;
const repetition = /[*+]|\{\d+,/g;

let leftMs = budgetMs;
let context: Context | undefined;
const script = new Script("pattern.test(text)");

/** Call at the start of each validation. Validation is synchronous, so concurrent ones cannot share a time limit. */
export function resetPatternBudget(): void {
  leftMs = budgetMs;
}

/** A pattern with the only method that ajv uses. If it exceeds the time limit, it does not match. */
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

/** Patterns are compiled in Unicode mode. If that fails, they are compiled without it. */
function toRegExp(source: string, flags: string): RegExp {
  try {
    return new RegExp(source, flags);
  } catch {
    return new RegExp(source);
  }
}
