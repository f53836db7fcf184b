// Reads shell command lines that mean what they say: plain words, joined by `&&`, `||`, `;` and `|`. Nothing else.

/** The words of one command, the program first. */
export type Words = readonly string[];

const shells = new Set(["sh", "bash", "zsh", "dash", "ksh"]);

/**
 * The commands of a command line as codex gives it (`/bin/bash -lc '…'`), or undefined for one that has anything whose
 * outcome its text does not show: expansions, substitutions, redirections, globs, assignments, jobs, comments.
 */
export function readCommandLine(commandLine: string): Words[] | undefined {
  const script = shellScript(commandLine);
  return script === undefined ? undefined : readScript(script);
}

/** What codex gives to the shell. */
export function shellScript(commandLine: string): string | undefined {
  const argv = readWords(commandLine);
  const [program = "", flags = "", script, ...more] = argv ?? [];
  const name = program.slice(program.lastIndexOf("/") + 1);
  if (shells.has(name) && /^-l?c$/.test(flags) && more.length === 0) return script;
  return undefined;
}

/** The words of one plain command; undefined for more than one, and for what is not plain. */
export function readWords(text: string): Words | undefined {
  const commands = readScript(text);
  return commands?.length === 1 ? commands[0] : undefined;
}

/** One spelling for each list of words, so that a pattern cannot mistake a quoted word for two. */
export function toText(words: Words): string {
  return words.map((word) => (plainWord.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(" ");
}

const plainWord = /^[A-Za-z0-9_@%+=:,./^~-]+$/;
const plainCharacter = /[A-Za-z0-9_@%+=:,./^-]/;
const blank = /[ \t]/;
const operators = ["&&", "||", ";", "|"];

function readScript(script: string): Words[] | undefined {
  const commands: string[][] = [];
  let words: string[] = [];
  for (let at = skipBlanks(script, 0); at < script.length; at = skipBlanks(script, at)) {
    const operator = operators.find((each) => script.startsWith(each, at));
    if (operator === undefined) {
      const word = readWord(script, at);
      if (word === undefined) return undefined;
      words.push(word.text);
      at = word.end;
      continue;
    }
    at += operator.length;
    if (words.length === 0 || skipBlanks(script, at) === script.length) return undefined;
    commands.push(words);
    words = [];
  }
  if (words.length > 0) commands.push(words);
  return commands.length > 0 && commands.every(isPlainCommand) ? commands : undefined;
}

/** A first word with `=` sets a variable, and a word of the shell's grammar changes the meaning of what follows. */
function isPlainCommand([program = ""]: Words): boolean {
  return program !== "" && !program.includes("=") && !grammar.has(program);
}

const grammar = new Set(
  "if then else elif fi for while until do done case esac in select function time coproc".split(" "),
);

interface Word {
  text: string;
  end: number;
}

function readWord(script: string, start: number): Word | undefined {
  let text = "";
  let at = start;
  while (at < script.length) {
    const character = script[at] ?? "";
    if (blank.test(character) || operators.some((each) => script.startsWith(each, at))) break;
    const piece = readPiece(script, at);
    if (piece === undefined) return undefined;
    text += piece.text;
    at = piece.end;
  }
  // zsh takes `=name` for the path of a program.
  return script[start] === "=" ? undefined : { text, end: at };
}

function readPiece(script: string, at: number): Word | undefined {
  const character = script[at] ?? "";
  if (character === "'" || character === '"') return readQuoted(script, at, character);
  // `~` after a letter or digit, as in `HEAD~1`, is nobody's home.
  const isTilde = character === "~" && /[A-Za-z0-9^]/.test(script[at - 1] ?? "");
  return plainCharacter.test(character) || isTilde ? { text: character, end: at + 1 } : undefined;
}

function readQuoted(script: string, at: number, quote: string): Word | undefined {
  const end = script.indexOf(quote, at + 1);
  if (end === -1) return undefined;
  const text = script.slice(at + 1, end);
  // Inside double quotes the shell still reads these.
  if (quote === '"' && /[$`\\!]/.test(text)) return undefined;
  return text.includes("\0") ? undefined : { text, end: end + 1 };
}

function skipBlanks(script: string, at: number): number {
  let next = at;
  while (next < script.length && blank.test(script[next] ?? "")) next += 1;
  return next;
}
