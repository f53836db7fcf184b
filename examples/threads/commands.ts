// Commands for threads: each calls one method of the SDK and prints the result.
import type { Codex, ListThreadsOptions, Thread, ThreadOptions, ThreadRecord } from "codex-sdk";
import { heading, listRow, oneLine, titleOf, turnLines } from "./format.js";
import type { Terminal } from "./terminal.js";

export class Commands {
  readonly terminal: Terminal;
  readonly #codex: Codex;
  readonly #options: ThreadOptions;
  /** The last printed list. Its numbers identify threads. */
  #listed: ThreadRecord[] = [];

  constructor(codex: Codex, terminal: Terminal, options: ThreadOptions) {
    this.#codex = codex;
    this.terminal = terminal;
    this.#options = options;
  }

  async run([command = "", which = "", ...rest]: readonly string[], filter: ListThreadsOptions = {}): Promise<void> {
    switch (command) {
      case "list":
        return this.list(filter);
      case "read":
        return this.read(await this.#find(which));
      case "resume":
        return this.resume(await this.#find(which), rest.join(" "));
      case "fork":
        return this.fork(await this.#find(which), rest[0]);
      case "rename":
        return this.#done("Renamed", which, (thread) => thread.rename(rest.join(" ")));
      case "archive":
        return this.#done("Archived", which, (thread) => thread.archive());
      case "unarchive":
        return this.#done("Unarchived", which, (thread) => thread.unarchive());
      case "delete":
        return this.#done("Deleted", which, (thread) => thread.delete());
      default:
        throw new Error(
          `The command "${command}" does not exist. Use list, read, resume, fork, rename, archive or delete.`,
        );
    }
  }

  async list(filter: ListThreadsOptions): Promise<void> {
    this.#listed = [];
    for await (const thread of this.#codex.listThreads(filter)) {
      this.#listed.push(thread);
      this.terminal.print(listRow(this.#listed.length, thread, this.terminal));
      if (thread.snippet !== undefined)
        this.terminal.print(this.terminal.style(`      ${oneLine(thread.snippet)}`, "dim"));
    }
    if (this.#listed.length === 0) this.terminal.print("No threads.");
  }

  async read(id: string): Promise<void> {
    const thread = await this.#codex.readThread(id);
    for (const line of heading(thread, this.terminal)) this.terminal.print(line);
    for (const [index, turn] of thread.turns.entries()) {
      for (const line of turnLines(index + 1, turn, this.terminal)) this.terminal.print(line);
    }
  }

  async resume(id: string, prompt: string): Promise<void> {
    if (prompt === "") throw new Error("resume requires a prompt: resume THREAD PROMPT");
    const turn = await this.#thread(id).runStreamed(prompt);
    if (this.terminal.isTerminal) {
      for await (const text of turn.textStream) this.terminal.write(text);
      this.terminal.print();
    } else {
      this.terminal.print((await turn.completed()).finalResponse);
    }
  }

  async fork(id: string, turn: string | undefined): Promise<void> {
    const thread = this.#thread(id);
    const atTurn = turn === undefined ? undefined : (await thread.history())[Number(turn) - 1]?.id;
    if (turn !== undefined && atTurn === undefined) throw new Error(`The thread does not have a turn ${turn}.`);
    const fork = await thread.fork({ ...this.#options, atTurn });
    this.terminal.print(`Forked as ${fork.id}`);
  }

  #thread(id: string): Thread {
    return this.#codex.resumeThread(id, this.#options);
  }

  async #done(what: string, which: string, work: (thread: Thread) => Promise<void>): Promise<void> {
    const id = await this.#find(which);
    await work(this.#thread(id));
    this.terminal.print(`${what} ${id}`);
  }

  /** The ID of a thread, given by its number in the list, its ID, or the beginning of its ID. */
  async #find(which: string): Promise<string> {
    if (which === "") throw new Error("Pass a thread: its number in the list, its ID, or the beginning of its ID.");
    if (/^\d{1,4}$/.test(which)) {
      if (this.#listed.length === 0) this.#listed = await this.#codex.listThreads({ limit: 20 }).toArray();
      const thread = this.#listed[Number(which) - 1];
      if (thread) return thread.id;
      throw new Error(`The list has ${this.#listed.length} threads: there is no number ${which}.`);
    }
    if (/^[0-9a-f-]{36}$/i.test(which)) return which;
    const all = [
      ...(await this.#codex.listThreads().toArray()),
      ...(await this.#codex.listThreads({ archived: true }).toArray()),
    ];
    const found = all.filter(({ id }) => id.startsWith(which));
    const [thread, other] = found;
    if (thread && !other) return thread.id;
    if (!thread) throw new Error(`No thread has an ID that begins with "${which}".`);
    throw new Error(`${found.length} IDs begin with "${which}": ${found.map(titleOf).join(", ")}.`);
  }
}
