// Which commands a rule means.
import { InvalidInputError } from "../errors/errors.js";
import { readCommandLine, readWords, shellScript, toText } from "./shell-words.js";
import type { Words } from "./shell-words.js";

/**
 * A command by its words: `"npm test"` is exactly that, and `"git log *"` takes any more arguments. A RegExp is
 * matched against the words joined by single spaces, quoted where they need it.
 */
export type CommandRule = string | RegExp;

type Matches = (words: Words) => boolean;

/** @throws InvalidInputError for a string that is not one plain command. */
export function commandMatcher(rules: readonly CommandRule[]): {
  /** Whether the line is nothing but commands of the rules. */
  allows(commandLine: string): boolean;
  /** Whether one of its commands is of the rules. A line that cannot be read is searched for their programs. */
  mentions(commandLine: string): boolean;
} {
  const matchers = rules.map(toMatches);
  const matches: Matches = (words) => matchers.some((each) => each(words));
  return {
    allows: (commandLine) => readCommandLine(commandLine)?.every(matches) ?? false,
    mentions: (commandLine) => {
      const commands = readCommandLine(commandLine);
      return commands ? commands.some(matches) : mentionsAny(rules, shellScript(commandLine) ?? commandLine);
    },
  };
}

function toMatches(rule: CommandRule): Matches {
  if (typeof rule !== "string") {
    const pattern = withoutState(rule);
    return (words) => pattern.test(toText(words));
  }
  const { words, isOpen } = readRule(rule);
  return (command) =>
    (isOpen ? command.length >= words.length : command.length === words.length) &&
    words.every((word, index) => word === command[index]);
}

function readRule(rule: string): { words: Words; isOpen: boolean } {
  const isOpen = rule.endsWith(" *");
  const words = readWords(isOpen ? rule.slice(0, -2) : rule);
  if (words) return { words, isOpen };
  throw new InvalidInputError(
    `${JSON.stringify(rule)} is no rule for commands. Write the words of one command, such as "npm test", ` +
      'and " *" at its end for any more arguments; or use a RegExp.',
  );
}

function mentionsAny(rules: readonly CommandRule[], script: string): boolean {
  return rules.some((rule) => {
    if (typeof rule !== "string") return withoutState(rule).test(script);
    const program = readRule(rule).words[0] ?? "";
    return script.split(/[^A-Za-z0-9_.+-]+/).includes(program);
  });
}

/** With `g` or `y` a RegExp remembers where it was, and would answer differently the next time. */
function withoutState(pattern: RegExp): RegExp {
  return new RegExp(pattern.source, pattern.flags.replaceAll(/[gy]/g, ""));
}
