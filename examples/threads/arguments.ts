// Parses the command line.
import { parseArgs } from "node:util";
import type { ListThreadsOptions } from "codex-sdk";

export const usage = `threads [--live] [command]

  list                     most recently used first; --search WORDS, --here, --archived, --limit N
  read THREAD              prints its messages and actions
  resume THREAD PROMPT     runs a turn on it
  fork THREAD [TURN]       creates a thread with its history, up to that turn
  rename THREAD TITLE
  archive THREAD, unarchive THREAD, delete THREAD

THREAD is a number in the list, an ID, or the beginning of an ID. Without a command, a prompt for commands is shown.
--live uses the threads in your CODEX_HOME. Without it, the threads are examples.
`;

export interface Request {
  live: boolean;
  help: boolean;
  words: string[];
  filter: ListThreadsOptions;
  problem?: string;
}

export function readArguments(args: string[]): Request {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        live: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
        search: { type: "string", short: "s" },
        here: { type: "boolean" },
        archived: { type: "boolean" },
        limit: { type: "string", short: "n", default: "20" },
      },
    });
    const filter: ListThreadsOptions = {
      limit: Number(values.limit),
      ...(values.search !== undefined && { search: values.search }),
      ...(values.here && { workingDirectory: process.cwd() }),
      ...(values.archived && { archived: true }),
    };
    return { live: values.live, help: values.help, words: positionals, filter };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { live: false, help: false, words: [], filter: {}, problem };
  }
}
