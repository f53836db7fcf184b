// A worker process, and the next one when it was killed.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { allProcesses } from "../../test/support/model-processes.js";
import type { WorkerOrder, WorkerReport } from "./worker.js";

export class Machine {
  readonly #env: Record<string, string>;
  readonly #codexHome: string;
  readonly #open = new Map<number, (report: WorkerReport | undefined) => void>();
  #child: Promise<ChildProcess> | undefined;
  #orders = 0;

  constructor(env: Record<string, string>, codexHome: string) {
    this.#env = env;
    this.#codexHome = codexHome;
  }

  /** Undefined when the worker was killed before it reported. */
  async order(order: Omit<WorkerOrder, "id">): Promise<WorkerReport | undefined> {
    const child = await (this.#child ??= this.#start());
    this.#orders += 1;
    const id = this.#orders;
    return new Promise((resolve) => {
      this.#open.set(id, resolve);
      // One that is just being killed reports nothing.
      child.send({ ...order, id }, () => undefined);
      if (!child.connected) this.#settle(id, undefined);
    });
  }

  /** Kills the worker, with whatever it does. */
  async kill(): Promise<void> {
    (await this.#child)?.kill("SIGKILL");
  }

  /** Kills its Codex. */
  killCodex(): void {
    for (const { commandLine, environment, pid } of allProcesses()) {
      const isOwn = environment.includes(`CODEX_HOME=${this.#codexHome}`);
      if (isOwn && commandLine.includes("app-server")) process.kill(pid, "SIGKILL");
    }
  }

  async stop(): Promise<void> {
    const child = await this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  }

  #settle(id: number, report: WorkerReport | undefined): void {
    this.#open.get(id)?.(report);
    this.#open.delete(id);
  }

  async #start(): Promise<ChildProcess> {
    const file = path.join(import.meta.dirname, "worker.ts");
    const child = fork(file, [], { execArgv: ["--import", "tsx"], env: { ...process.env, ...this.#env } });
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) => reject(new Error(`A worker ended with code ${code} before it was ready.`)));
    });
    child.on("message", (report: WorkerReport) => this.#settle(report.id, report));
    child.once("exit", () => {
      this.#child = undefined;
      for (const id of this.#open.keys()) this.#settle(id, undefined);
    });
    return child;
  }
}
