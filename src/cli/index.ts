#!/usr/bin/env node
// The command `codex-sdk`. Each subcommand is a module that is loaded when it is called.
import { version } from "../internal/version.js";

const usage = `Usage: codex-sdk <command> [options]

Commands:
  doctor    Check this machine's setup
  inspect   Show threads and running turns on a local page

Options:
  --help       Show this help
  --version    Show the version
`;

process.stdout.on("error", ({ code, message }: NodeJS.ErrnoException) => {
  // The reader needs no more of the output, like `head`.
  if (code === "EPIPE") return;
  process.stderr.write(`The output cannot be written: ${message}\n`);
  process.exitCode = 1;
});
process.stderr.on("error", () => undefined);

const status = await main(process.argv.slice(2));
process.exitCode ??= status;

async function main([command, ...rest]: string[]): Promise<number> {
  switch (command) {
    case "doctor":
      return (await import("./doctor.js")).doctorCommand(rest, process.stdout);
    case "inspect":
      return (await import("./inspect.js")).inspectCommand(rest, process.stdout);
    case "--version":
    case "-v":
      process.stdout.write(`${version}\n`);
      return 0;
    case "--help":
    case "-h":
      process.stdout.write(usage);
      return 0;
    case undefined:
      process.stderr.write(usage);
      return 2;
    default:
      process.stderr.write(`Unknown command: ${JSON.stringify(command)}.\n\n${usage}`);
      return 2;
  }
}
