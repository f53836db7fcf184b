// A worker process that is started again after it was killed.
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import path from "node:path";
import { allProcesses } from "../../test/support/model-processes.js";
import type { WorkerRequest, WorkerResponse } from "./worker.js";

export class WorkerProcess {
  readonly #env: Record<string, string>;
  readonly #codexHome: string;
  readonly #pending = new Map<number, (response: WorkerResponse | undefined) => void>();
  #child: Promise<ChildProcess> | undefined;
  #lastId = 0;

  constructor(env: Record<string, string>, codexHome: string) {
    this.#env = env;
    this.#codexHome = codexHome;
  }

  /** @returns undefined if the worker was killed before it responded. */
  async run(request: Omit<WorkerRequest, "id">): Promise<WorkerResponse | undefined> {
    const child = await (this.#child ??= this.#start());
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve) => {
      this.#pending.set(id, resolve);
      // A worker that is being killed does not respond.
      child.send({ ...request, id }, () => undefined);
      if (!child.connected) this.#settle(id, undefined);
    });
  }

  /** Kills the worker, but not its Codex. */
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

  #settle(id: number, response: WorkerResponse | undefined): void {
    this.#pending.get(id)?.(response);
    this.#pending.delete(id);
  }

  async #start(): Promise<ChildProcess> {
    const file = path.join(import.meta.dirname, "worker.ts");
    const child = fork(file, [], { execArgv: ["--import", "tsx"], env: { ...process.env, ...this.#env } });
    await new Promise<void>((resolve, reject) => {
      child.once("message", () => resolve());
      child.once("exit", (code) => reject(new Error(`A worker ended with code ${code} before it was ready.`)));
    });
    child.on("message", (response: WorkerResponse) => this.#settle(response.id, response));
    child.once("exit", () => {
      this.#child = undefined;
      for (const id of this.#pending.keys()) this.#settle(id, undefined);
    });
    return child;
  }
}
