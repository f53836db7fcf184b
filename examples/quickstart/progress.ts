// Shows a turn while it runs: the agent's actions with their duration, and its text as it is written.
import path from "node:path";
import type {
  AgentMessageItem,
  CommandExecutionItem,
  FileChangeItem,
  StreamedTurn,
  ThreadEvent,
  ThreadItem,
} from "codex-sdk";
import { sandboxProblem } from "./sandbox.js";
import type { Screen } from "./screen.js";
import { clean, duration } from "./text.js";

/** The number of output lines that are shown for a command. */
const outputLines = 4;

export interface WatchOptions {
  /** The directory of the agent. Paths of files in it are shown relative to it. */
  directory: string;
  /** Whether the answer is shown while it is written. @defaultValue true */
  showAnswer?: boolean;
}

/** Reads and shows the turn until it ends. Throws if the agent's commands cannot run. */
export async function watch<Output>(turn: StreamedTurn<Output>, screen: Screen, options: WatchOptions) {
  const progress = new Progress(screen, options);
  const started = performance.now();
  screen.status("thinking", started);
  try {
    for await (const event of turn) progress.take(event, started);
    return await turn.completed();
  } finally {
    screen.endText();
    screen.status(undefined);
  }
}

class Progress {
  readonly #screen: Screen;
  readonly #showAnswer: boolean;
  readonly #directory: string;
  /** The message that is currently written. */
  #writing: string | undefined;
  #hasShown = false;

  constructor(screen: Screen, { directory, showAnswer = true }: WatchOptions) {
    this.#screen = screen;
    this.#directory = directory;
    this.#showAnswer = showAnswer;
  }

  take(event: ThreadEvent, started: number): void {
    switch (event.type) {
      case "item.started":
        this.#screen.status(doing(event.item), started);
        break;
      case "item.updated":
        if (event.item.type !== "agent_message") break;
        this.#screen.status("writing", started);
        this.#write(event.item, event.delta ?? "");
        break;
      case "item.completed":
        this.#screen.status("thinking", started);
        this.#completed(event.item);
        this.#hasShown = true;
        break;
      case "error":
        this.#notice(event.message, started);
        break;
      default:
    }
  }

  /** Such as "Reconnecting... 1/5". An error that ends the turn is also thrown, and shown then. */
  #notice(message: string, started: number): void {
    const [line = ""] = clean(message).split("\n");
    if (this.#screen.isLive) this.#screen.status(line, started);
    else this.#screen.print(`! ${line}`, { indent: "  " });
  }

  #write(item: AgentMessageItem, text: string): void {
    if (!this.#showAnswer && item.phase !== "commentary") return;
    if (this.#writing !== item.id && item.phase === "final_answer" && this.#hasShown) this.#screen.print();
    this.#writing = item.id;
    this.#hasShown = true;
    this.#screen.write(text);
  }

  #completed(item: ThreadItem): void {
    switch (item.type) {
      case "agent_message":
        if (this.#writing !== item.id) this.#write(item, item.text);
        this.#screen.endText();
        return;
      case "command_execution":
        return this.#command(item);
      case "file_change":
        return this.#files(item);
      case "reasoning":
        return this.#screen.print(clean(item.text), { formats: ["dim"], indent: "  " });
      case "error":
        return this.#screen.print(`! ${clean(item.message)}`, { formats: ["yellow"], indent: "  " });
      case "todo_list":
        for (const { text, completed } of item.items)
          this.#screen.print(`${completed ? "✓" : "○"} ${text}`, { indent: "  " });
        return;
      default:
        this.#screen.printCut(doing(item), { formats: ["dim"], indent: "  " });
    }
  }

  #command(item: CommandExecutionItem): void {
    const problem = sandboxProblem(item);
    if (problem) throw problem;
    const { paint } = this.#screen;
    const mark = item.exit_code === 0 ? paint("✓", "green") : paint("✗", "red");
    const facts = paint(commandFacts(item).join(", "), "dim");
    this.#screen.print(`${paint(commandLine(item), "bold")}  ${facts}`, { indent: `  ${mark} ` });
    const lines = clean(item.aggregated_output)
      .split("\n")
      .filter((line) => line.trim() !== "");
    const rest = lines.length - outputLines;
    const shown = rest > 1 ? [...lines.slice(0, outputLines), `… ${rest} more lines`] : lines;
    for (const line of shown) this.#screen.printCut(line, { formats: ["dim"], indent: "    " });
  }

  #files(item: FileChangeItem): void {
    const { paint } = this.#screen;
    const mark = item.status === "completed" ? paint("✓", "green") : paint("✗", "red");
    for (const change of item.changes) {
      const diff = change.diff ?? "";
      const added = count(diff, /^\+(?!\+\+)/gm);
      const removed = count(diff, /^-(?!--)/gm);
      const counts = `${paint(`+${added}`, "green")} ${paint(`-${removed}`, "red")}`;
      const file = path.relative(this.#directory, change.path);
      this.#screen.print(`${change.kind} ${paint(file, "bold")}  ${counts}`, { indent: `  ${mark} ` });
    }
  }
}

/** One line for an item that is running. */
function doing(item: ThreadItem): string {
  switch (item.type) {
    case "command_execution":
      return commandLine(item);
    case "file_change":
      return `editing ${item.changes.map(({ path }) => path).join(", ")}`;
    case "mcp_tool_call":
      return `${item.server}: ${item.tool}`;
    case "tool_call":
      return item.tool;
    case "web_search":
      return `searching the web: ${item.query}`;
    case "image_view":
      return `viewing ${item.path}`;
    case "unknown":
      return "working";
    default:
      return item.type.replaceAll("_", " ");
  }
}

/** The exit code if the command failed, and its duration if it was noticeable. */
function commandFacts({ exit_code, duration_ms = 0 }: CommandExecutionItem): string[] {
  const bad = exit_code !== 0 && exit_code !== null;
  return [...(bad ? [`exit ${exit_code}`] : []), ...(duration_ms < 50 ? [] : [duration(duration_ms)])];
}

/** The command line without the shell that runs it. */
function commandLine({ command }: CommandExecutionItem): string {
  const [, inner] = /^\S*sh -l?c (.*)$/s.exec(command) ?? [];
  const [, quoted] = /^'([^']*)'$/s.exec(inner ?? "") ?? /^"([^"\\$`]*)"$/s.exec(inner ?? "") ?? [];
  return clean(quoted ?? inner ?? command).replaceAll("\n", " ");
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}
