// Parses the command line.
import { parseArgs } from "node:util";
import type { ListThreadsOptions } from "codex-sdk";

export const usage = `threads [--live] [command]

  list                     the last used first; --search WORDS, --here, --archived, --limit N
  read THREAD              what was said and done in it
  resume THREAD PROMPT     go on with it
  fork THREAD [TURN]       a new one with its history, up to that turn
  rename THREAD TITLE
  archive THREAD, unarchive THREAD, delete THREAD

THREAD is its number in the list, its id, or the beginning of its id. Without a command: a prompt for all of these.
--live works on your own threads, in your CODEX_HOME; without it everything is made up.
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
