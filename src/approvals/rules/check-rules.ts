// Rejects rules that could never match, or that do not mean what they say.
import { InvalidInputError } from "../../errors/errors.js";
import { isPlainObject } from "../../internal/json.js";
import { describe } from "../../validation/check-options.js";
import { isHostRule } from "./host-rule.js";

type Problem = string | undefined;

const lists: Record<string, (rule: unknown) => Problem> = {
  commands: (rule) => {
    if (rule instanceof RegExp) return rule.source === "(?:)" ? "is empty" : undefined;
    return typeof rule === "string" ? undefined : "must be a string or a RegExp";
  },
  directories: (rule) => {
    if (typeof rule === "string" && /[*?]/.test(rule)) return "must name one directory, without wildcards";
    return pathProblem(rule);
  },
  paths: pathProblem,
  hosts: (rule) =>
    typeof rule === "string" && isHostRule(rule) ? undefined : 'must be a host name, or "*." and a host name',
  mcpTools: (rule) =>
    typeof rule === "string" && /^[A-Za-z0-9_-]+\.(\*|[^*\s]+)$/.test(rule)
      ? undefined
      : 'must be "server.tool", or "server.*" for every tool of the server',
};

function pathProblem(rule: unknown): Problem {
  if (typeof rule !== "string" || rule.trim() === "" || rule.includes("\0")) return "must be the path of a file";
  if (rule !== rule.trim()) return "begins or ends with white space";
  if (rule.startsWith("~")) return 'begins with "~", which is not expanded: use the absolute path of the directory';
  if (rule.startsWith("!")) return "cannot be negated: put an exception into a policy before this one";
  if (/[{}]/.test(rule)) return "has braces, which are not expanded: write one rule for each alternative";
  return undefined;
}

/** @throws InvalidInputError for unknown keys, invalid values, and if there are no rules. */
export function checkRules(
  name: "allow" | "deny",
  rules: unknown,
  others: Record<string, (value: unknown) => Problem>,
): void {
  const what = `approvals.${name}()`;
  if (!isPlainObject(rules)) {
    throw new InvalidInputError(`${what} requires an object with rules, not ${describe(rules)}.`);
  }
  const keys = ["commands", "paths", "hosts", "mcpTools", ...Object.keys(others)];
  for (const [key, value] of Object.entries(rules)) {
    if (!keys.includes(key)) {
      throw new InvalidInputError(
        `${what} does not accept "${key}". Use ${keys.map((each) => `"${each}"`).join(", ")}.`,
      );
    }
    if (value === undefined) continue;
    const check = Object.hasOwn(others, key) ? others[key] : (list: unknown) => listProblem(key, list);
    const problem = check?.(value);
    if (problem !== undefined) throw new InvalidInputError(`${what}: ${key} ${problem}.`);
  }
  if (keys.slice(0, 4).every((key) => !Array.isArray(rules[key]) || rules[key].length === 0)) {
    throw new InvalidInputError(
      `${what} requires at least one rule; without rules it would not match any request. Add commands, paths, hosts or mcpTools.`,
    );
  }
}

/** The problem with a list of rules. The sentence continues the name of the list. */
export function listProblem(key: string, list: unknown): Problem {
  if (!Array.isArray(list)) return `must be an array, not ${describe(list)}`;
  for (const [index, rule] of list.entries()) {
    const problem = lists[key]?.(rule);
    if (problem !== undefined)
      return `[${index}], ${rule instanceof RegExp ? String(rule) : describe(rule)}, ${problem}`;
  }
  return undefined;
}

/** @throws InvalidInputError for a value that is not a function. */
export function checkFunction(where: string, value: unknown): void {
  if (typeof value !== "function") throw new InvalidInputError(`${where} must be a function, not ${describe(value)}.`);
}

/** The problem with a value that must be one of `known`. */
export function notOneOf(known: readonly string[]): (value: unknown) => Problem {
  return (value) =>
    known.some((each) => each === value)
      ? undefined
      : `must be one of ${known.map((each) => `"${each}"`).join(", ")}, not ${describe(value)}`;
}
