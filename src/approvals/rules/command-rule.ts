// Rules for commands.
import { InvalidInputError } from "../../errors/errors.js";
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
  const matchers = rules.map((rule) => {
    if (typeof rule !== "string") {
      const part = new RegExp(rule.source, rule.flags.replaceAll(/[gy]/g, ""));
      return { matches: (command: Words) => part.test(toText(command)), mentioned: (text: string) => part.test(text) };
    }
    const { words, isOpen } = readRule(rule);
    const program = basename(words[0] ?? "");
    return {
      matches: ([given = "", ...rest]: Words) =>
        basename(given) === program &&
        (isOpen ? rest.length >= words.length - 1 : rest.length === words.length - 1) &&
        words.slice(1).every((word, index) => word === rest[index]),
      mentioned: (text: string) => text.split(/[^A-Za-z0-9_.+-]+/).includes(program),
    };
  });
  return (commandLine) => {
    const commands = readCommandLine(commandLine);
    const text = shellScript(commandLine) ?? commandLine;
    return matchers.some(({ matches, mentioned }) =>
      commands
        ? commands.some(
            (command) => started(command).some(matches) || (isStarter(command) && mentioned(toText(command))),
          )
        : mentioned(text),
    );
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

/** The command, and the commands that it may start. */
function started(command: Words): Words[] {
  return isStarter(command) ? command.map((_, index) => command.slice(index)) : [command];
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

function readRule(rule: string): { words: Words; isOpen: boolean } {
  const isOpen = rule.endsWith(" *");
  const words = readWords(isOpen ? rule.slice(0, -2) : rule);
  if (words) return { words, isOpen };
  throw new InvalidInputError(
    `${JSON.stringify(rule)} is not a command rule. Write the words of one command, such as "npm test", ` +
      'with " *" at its end for more arguments; or use a RegExp.',
  );
}
