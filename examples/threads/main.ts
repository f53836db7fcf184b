// Manages your Codex threads in a terminal: list, search, read, fork, resume, rename, archive, delete.
//
//   npx tsx examples/threads/main.ts                    a temporary CODEX_HOME with a scripted model
//   npx tsx examples/threads/main.ts --live             your own threads
//   npx tsx examples/threads/main.ts --live list --search footer
//
// Without a terminal and without a command, it runs the demo and asserts its output.
import { stdin, stdout } from "node:process";
import { Codex } from "codex-sdk";
import { readArguments, usage } from "./arguments.js";
import { Commands } from "./commands.js";
import { Demo } from "./demo.js";
import { checkDemo } from "./check-demo.js";
import { runShell } from "./shell.js";
import { Terminal } from "./terminal.js";

const request = readArguments(process.argv.slice(2));
const terminal = new Terminal(stdout);
if (request.problem !== undefined) {
  process.stderr.write(`${request.problem}\n\n${usage}`);
  process.exitCode = 2;
} else if (request.help) {
  stdout.write(usage);
} else {
  try {
    if (request.live) await live();
    else await demo();
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

async function live(): Promise<void> {
  await using codex = new Codex();
  await run(new Commands(codex, terminal, {}));
}

async function demo(): Promise<void> {
  await using demo = await Demo.create();
  const commands = new Commands(demo.codex, terminal, demo.threadOptions);
  if (request.words.length === 0 && !stdin.isTTY) await checkDemo(commands, demo);
  else await run(commands);
}

async function run(commands: Commands): Promise<void> {
  if (request.words.length > 0) await commands.run(request.words, request.filter);
  else await runShell(commands, request.filter);
}
