// The parser of command lines, compared with the real bash.
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readCommandLine, readWords, toText } from "../../src/approvals/shell-words.js";

test.each([
  ["/bin/bash -lc 'npm test'", [["npm", "test"]]],
  ["/bin/zsh -c 'git status'", [["git", "status"]]],
  [
    "/usr/bin/bash -lc 'git log -1 && npm test; ls | wc -l'",
    [["git", "log", "-1"], ["npm", "test"], ["ls"], ["wc", "-l"]],
  ],
  [`/bin/bash -lc "git commit -m 'a b; c'"`, [["git", "commit", "-m", "a b; c"]]],
  [`/bin/sh -c 'echo "it is"'`, [["echo", "it is"]]],
  ["/bin/bash -lc 'git show HEAD~1'", [["git", "show", "HEAD~1"]]],
])("%s is parsed", (line, commands) => {
  expect(readCommandLine(line)).toEqual(commands);
});

test.each(["bash", "./bash", "/srv/bin/bash", "/tmp/sh", "/bin/../tmp/bash", "/bin/fish", "/bin/bash.exe"])(
  "%s is not a system shell",
  (shell) => {
    expect(readCommandLine(`${shell} -lc 'git status'`)).toBeUndefined();
  },
);

test.each([
  "git status > /etc/passwd",
  "git status >> log",
  "cat < secret",
  "git status & rm x",
  "git status &",
  "git $(rm x)",
  "git `rm x`",
  "git ${IFS}status",
  "git $HOME",
  "git status \\; rm",
  "git status\nrm x",
  "git status\rrm x",
  "PATH=. git status",
  "git status # comment",
  "ls *",
  "ls ?",
  "ls [a]",
  "ls {a,b}",
  "ls ~",
  "ls ~root",
  "(git status)",
  "if true",
  "! git status",
  "git status ;",
  "&& git status",
  "git status && && ls",
  "git status ;; ls",
  "git status |& ls",
  "cat <<EOF",
  "cat <(ls)",
  'git "$(rm x)"',
  'git "`rm x`"',
  "git 'status",
  '""',
  "=git status",
  "",
  " ",
])("%j is not a plain command", (script) => {
  expect(readWords(script)).toBeUndefined();
  expect(readCommandLine(`/bin/bash -lc '${script.replaceAll("'", `'\\''`)}'`)).toBeUndefined();
});

test.each([
  "python -c 'git status'",
  "bash 'git status'",
  "bash -lc 'git status' extra",
  "bash -xc 'git status'",
  "bash -c",
])("%s is not a script for a known shell", (line) => {
  expect(readCommandLine(line)).toBeUndefined();
});

const piece = fc.oneof(
  fc.constantFrom(
    "git",
    "a",
    "-x",
    "--y=1",
    "HEAD~1",
    "b.c/d",
    "'",
    '"',
    " ",
    "\t",
    "\\",
    "$",
    "$x",
    "`",
    "~",
    "=",
    "!",
  ),
  fc.constantFrom(
    ";",
    "&&",
    "||",
    "|",
    "&",
    ">",
    "<",
    "(",
    ")",
    "{",
    "}",
    "*",
    "?",
    "[",
    "]",
    "#",
    "\n",
    "\r",
    "\0",
    "é",
  ),
  fc.string({ unit: "binary-ascii", maxLength: 3 }),
);
const script = fc.array(piece, { maxLength: 10 }).map((pieces) => pieces.join(""));

test("a script that is read as one command has the words that bash passes to it", () => {
  const read = fc.sample(script, 20_000).flatMap((text) => {
    const words = readWords(text);
    return words === undefined ? [] : [{ text, words }];
  });
  expect(read.length).toBeGreaterThan(300);
  const inBash = wordsOfBash(read.map(({ text }) => text));
  expect(read.map(({ text }, index) => ({ text, words: inBash[index] }))).toEqual(read);
});

test("words formatted as text are read back as the same words", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "binary-ascii", minLength: 1 }), { minLength: 1 }), (words) => {
      fc.pre(words.every((word) => !/[\0'\\]/.test(word)) && !words[0]!.includes("="));
      const read = readWords(toText(words));
      expect(read === undefined || read.join("\0") === words.join("\0")).toBe(true);
    }),
  );
});

/** One bash reads all of them and prints, for each program, how many arguments it has and what they are. A subshell isolates each from the next. */
function wordsOfBash(texts: readonly string[]): string[][] {
  const show = `show() { printf '%s\\0' "$#" "$@"; }\n${texts.map((text) => `(show ${text}\n)`).join("\n")}\n`;
  const output = execFileSync("/bin/bash", ["--norc", "-s"], {
    cwd: "/",
    env: { PATH: "/nowhere" },
    encoding: "utf8",
    input: show,
    maxBuffer: 64 * 1024 * 1024,
  });
  const printed = output.split("\0");
  const lists: string[][] = [];
  for (let start = 0; start < printed.length - 1;) {
    const end = start + 1 + Number(printed[start]);
    lists.push(printed.slice(start + 1, end));
    start = end;
  }
  return lists;
}
