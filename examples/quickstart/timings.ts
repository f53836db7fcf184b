// The duration of each step, and the share of the agent's commands.
import type { ThreadItem, Turn } from "codex-sdk";
import type { Screen } from "./screen.js";
import { duration } from "./text.js";

interface Timing {
  name: string;
  ms: number;
  commandsMs: number;
}

export class Timings {
  readonly #list: Timing[] = [];
  readonly #started = performance.now();

  async measure<Result extends Turn | void>(name: string, work: () => Promise<Result>): Promise<Result> {
    const started = performance.now();
    const result = await work();
    this.#list.push({ name, ms: performance.now() - started, commandsMs: result ? commandsMs(result.items) : 0 });
    return result;
  }

  print(screen: Screen): void {
    const last = "Total";
    const width = Math.max(...this.#list.map(({ name }) => name.length), last.length);
    const row = (name: string, ms: number) => `${name.padEnd(width)}  ${duration(ms).padStart(6)}`;
    for (const { name, ms, commandsMs } of this.#list) {
      const note = commandsMs > 0 ? screen.paint(`  commands ${duration(commandsMs)}`, "dim") : "";
      screen.print(row(name, ms) + note, { indent: "  " });
    }
    screen.print(row(last, performance.now() - this.#started), { formats: ["bold"], indent: "  " });
  }
}

function commandsMs(items: readonly ThreadItem[]): number {
  const commands = items.filter((item) => item.type === "command_execution");
  return commands.reduce((sum, { duration_ms = 0 }) => sum + duration_ms, 0);
}
