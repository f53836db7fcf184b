// Rules for commands.
import { InvalidInputError } from "../../errors/errors.js";
import { isKnownGitCommand } from "./git-command.js";
import { isStateful } from "./program.js";
import { readCommandLine, readWords, shellScript, toText } from "../shell-words.js";
import type { Words } from "../shell-words.js";

/**
 * A rule for commands. In `allow`, `"npm test"` matches exactly these words, and `"git log *"` also matches further
 * arguments that are not options (do not begin with `-`). A RegExp must match the whole command, written with single
 * spaces and quoted where necessary. In `deny`, a final ` *` matches any arguments, and a RegExp may match a part.
 */
export type CommandRule = string | RegExp;

/** @throws InvalidInputError for a string that is not one plain command, or that cannot match. */
export function allowingMatcher(rules: readonly CommandRule[]): (words: Words) => boolean {
  const matchers = rules.map((rule) => {
    if (typeof rule !== "string") {
      const pattern = new RegExp(`^(?:${rule.source})$`, rule.flags.replaceAll(/[gmy]/g, ""));
      return (command: Words) => pattern.test(toText(command));
    }
    const { words, isOpen } = readRule(rule);
    checkProgram(rule, words[0] ?? "");
    checkGit(rule, words, isOpen);
    return (command: Words) => {
      const rest = command.slice(words.length);
      const matchesRest = isOpen ? rest.every((word) => !word.startsWith("-")) : rest.length === 0;
      return matchesRest && words.every((word, index) => word === command[index]);
    };
  });
  return (command) => matchers.some((matches) => matches(command));
}

/**
 * Whether a rule names one of the commands, also with another path of its program or started by another program. A line
 * that cannot be parsed is searched for the programs of the rules.
 * @throws InvalidInputError for a string that is not one plain command.
 */
export function denyingMatcher(rules: readonly CommandRule[]): (commandLine: string) => boolean {
  const matchers = rules.map((rule) => (typeof rule === "string" ? denyingWords(rule) : denyingPattern(rule)));
  return (commandLine) => {
    const commands = readCommandLine(commandLine);
    const text = shellScript(commandLine) ?? commandLine;
    return matchers.some(({ matches, mentioned }) =>
      commands
        ? commands.some((command) => matches(command) || (isStarter(command) && mentioned(toText(command))))
        : mentioned(text),
    );
  };
}

interface DenyingMatcher {
  /** Whether it is the command, or one that the command may start. */
  matches: (command: Words) => boolean;
  /** For a text that cannot be parsed, or that may contain a command as one word. */
  mentioned: (text: string) => boolean;
}

function denyingWords(rule: string): DenyingMatcher {
  const { words, isOpen } = readRule(rule);
  const [name = "", ...wanted] = words;
  const program = basename(name);
  const matchesAt = (command: Words, start: number) => {
    const length = command.length - start - 1;
    if (isOpen ? length < wanted.length : length !== wanted.length) return false;
    if (basename(command[start] ?? "") !== program) return false;
    return wanted.every((word, index) => word === command[start + 1 + index]);
  };
  return {
    matches: (command) => starts(command).some((start) => matchesAt(command, start)),
    mentioned: (text) => text.split(/[^A-Za-z0-9_.+-]+/).includes(program),
  };
}

/** The agent writes the command. A longer one that may start others is declined, since each part of it is tested. */
const mostWords = 500;

function denyingPattern(rule: RegExp): DenyingMatcher {
  const part = new RegExp(rule.source, rule.flags.replaceAll(/[gy]/g, ""));
  return {
    matches: (command) => {
      const from = starts(command);
      return from.length > mostWords || from.some((start) => part.test(toText(command.slice(start))));
    },
    mentioned: (text) => part.test(text),
  };
}

/** Programs that run other commands, given as their arguments. */
const starters: ReadonlySet<string> = new Set(
  (
    "bash builtin busybox chroot command coproc dash doas env eval exec find flock ionice ksh nice nohup parallel perl " +
    "python python3 setsid sh ssh stdbuf strace su sudo time timeout unshare watch xargs zsh"
  ).split(" "),
);

function isStarter([program = ""]: Words): boolean {
  return starters.has(basename(program));
}

/** Where the command begins, and where the commands begin that it may start. */
function starts(command: Words): readonly number[] {
  return isStarter(command) ? [...command.keys()] : [0];
}

function basename(program: string): string {
  return program.slice(program.lastIndexOf("/") + 1);
}

function checkProgram(rule: string, program: string): void {
  if (isStateful(program)) {
    throw new InvalidInputError(
      `The command rule ${JSON.stringify(rule)} can never approve: \`${program}\` changes what the commands after it do. ` +
        "Name the directories in which commands may run in `directories`.",
    );
  }
  if (program.includes("/") && !program.startsWith("/")) {
    throw new InvalidInputError(
      `The command rule ${JSON.stringify(rule)} can never approve: its program is relative to a directory that the agent ` +
        "can write. Use a program on the PATH, or its absolute path outside such directories.",
    );
  }
}

function checkGit(rule: string, words: Words, isOpen: boolean): void {
  const [program = "", ...args] = words;
  if (basename(program) !== "git" || isKnownGitCommand(words) || (isOpen && args.length === 0)) return;
  throw new InvalidInputError(
    `The command rule ${JSON.stringify(rule)} can never approve: it does not name a command of git that runs nothing but git. ` +
      "Options before the command, aliases, and commands such as `config`, `bisect` and `submodule` are not covered.",
  );
}

function readRule(rule: string): { words: Words; isOpen: boolean } {
  const isOpen = rule.endsWith(" *");
  const words = readWords(isOpen ? rule.slice(0, -2) : rule);
  if (words) return { words, isOpen };
  throw new InvalidInputError(
    `${JSON.stringify(rule)} is not a command rule. Write the words of one command, such as "npm test", ` +
      'with " *" at its end for more arguments; or use a RegExp.',
  );
}
