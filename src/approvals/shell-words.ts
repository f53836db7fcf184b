// Parses shell command lines that show what they run: plain words, joined by `&&`, `||`, `;` and `|`.

/** The words of one command, the program first. */
export type Words = readonly string[];

/** Shells are identified by their absolute path: the agent can write a `bash`, but not in these directories. */
const shells: ReadonlySet<string> = new Set(
  ["/bin", "/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/run/current-system/sw/bin"].flatMap((directory) =>
    ["sh", "bash", "zsh", "dash", "ksh"].map((name) => `${directory}/${name}`),
  ),
);

/**
 * The commands of a command line in Codex's form (`/bin/bash -lc '…'`). Undefined if its text does not show what it runs:
 * expansions, substitutions, redirections, globs, assignments, background jobs, comments, unknown shells.
 */
export function readCommandLine(commandLine: string): Words[] | undefined {
  const script = shellScript(commandLine);
  return script === undefined ? undefined : readScript(script);
}

/** The script that Codex passes to a system shell. */
export function shellScript(commandLine: string): string | undefined {
  const argv = readWords(commandLine);
  const [program = "", flags = "", script, ...more] = argv ?? [];
  if (shells.has(program) && /^-l?c$/.test(flags) && more.length === 0) return script;
  return undefined;
}

/** The words of one plain command; undefined for several commands, and for anything that is not plain. */
export function readWords(text: string): Words | undefined {
  const commands = readScript(text);
  return commands?.length === 1 ? commands[0] : undefined;
}

/** A canonical spelling of the words, so that a pattern cannot mistake one quoted word for two. */
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

/** A first word with `=` sets a variable. A keyword changes the meaning of the words after it. */
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
  // zsh replaces `=name` by the path of a program.
  return script[start] === "=" ? undefined : { text, end: at };
}

function readPiece(script: string, at: number): Word | undefined {
  const character = script[at] ?? "";
  if (character === "'" || character === '"') return readQuoted(script, at, character);
  // `~` after a letter or digit, as in `HEAD~1`, is not a home directory.
  const isTilde = character === "~" && /[A-Za-z0-9^]/.test(script[at - 1] ?? "");
  return plainCharacter.test(character) || isTilde ? { text: character, end: at + 1 } : undefined;
}

function readQuoted(script: string, at: number, quote: string): Word | undefined {
  const end = script.indexOf(quote, at + 1);
  if (end === -1) return undefined;
  const text = script.slice(at + 1, end);
  // The shell interprets these inside double quotes.
  if (quote === '"' && /[$`\\!]/.test(text)) return undefined;
  return text.includes("\0") ? undefined : { text, end: end + 1 };
}

function skipBlanks(script: string, at: number): number {
  let next = at;
  while (next < script.length && blank.test(script[next] ?? "")) next += 1;
  return next;
}
