// A prompt for the commands: a number reads a thread, a slash searches.
import { stdin, stdout } from "node:process";
import { createInterface } from "node:readline/promises";
import type { ListThreadsOptions } from "codex-sdk";
import type { Commands } from "./commands.js";

const help = `  3              read it               fork 3 1       fork it after its first turn
  /words         search                resume 3 …     run a turn on it
  list           all                   rename 3 …     archive 3    delete 3    quit`;

export async function runShell(commands: Commands, filter: ListThreadsOptions): Promise<void> {
  const { terminal } = commands;
  const lines = createInterface({ input: stdin, output: stdout, prompt: terminal.style("threads › ", "cyan") });
  await commands.list(filter);
  terminal.print(terminal.style(help, "dim"));
  lines.prompt();
  for await (const line of lines) {
    const words = line.trim().split(/\s+/).filter(Boolean);
    if (words[0] === "quit" || words[0] === "q") break;
    try {
      if (words.length > 0) await answer(line.trim(), words);
    } catch (error) {
      terminal.print(terminal.style(error instanceof Error ? error.message : String(error), "red"));
    }
    lines.prompt();
  }
  lines.close();

  async function answer(line: string, words: readonly string[]): Promise<void> {
    if (line.startsWith("/")) await commands.list({ ...filter, search: line.slice(1).trim() || "?" });
    else if (/^\d+$/.test(line)) await commands.run(["read", line]);
    else if (words[0] === "help" || words[0] === "?") terminal.print(help);
    else if (words[0] !== "delete" || (await isSure(words[1]))) await commands.run(words, filter);
  }

  async function isSure(which = ""): Promise<boolean> {
    return /^y/i.test(await lines.question(`Delete ${which} permanently? y/N `));
  }
}
