// The transport with one process for each turn: `codex exec --experimental-json`, the prompt on stdin, JSONL on stdout.
import { ThreadNotFoundError } from "../errors/errors.js";
import type { CodexOptions, ThreadOptions } from "../options/options.js";
import { codexHomePath } from "../process/locate/codex-home.js";
import type { Closing } from "../transport/closing.js";
import type { Transport, TransportThread } from "../transport/transport.js";
import { absolutePath } from "../validation/host-directory.js";
import { ExecRuntime } from "./exec-runtime.js";
import { ExecThread } from "./exec-thread.js";
import { checkThreadSupported, unsupported } from "./unsupported.js";
import { unsupportedManagement } from "./unsupported-management.js";

export class ExecTransport implements Transport {
  readonly name = "exec";
  readonly management = unsupportedManagement;
  readonly #runtime: ExecRuntime;

  constructor(options: CodexOptions, context: { shutdownGraceMs: number }) {
    if (options.store) throw unsupported("keep threads in a `store`");
    this.#runtime = new ExecRuntime(options, context.shutdownGraceMs);
  }

  get closing(): Closing {
    return this.#runtime.closing;
  }

  openThread(id: string | null, options: ThreadOptions): TransportThread {
    checkThreadSupported(options);
    return new ExecThread(this.#runtime, id, options);
  }

  async lastThreadId(workingDirectory: string): Promise<string> {
    this.#runtime.checkOpen();
    const codexHome = codexHomePath(this.#runtime.options);
    const cwd = absolutePath(workingDirectory);
    const { newestThreadIn } = await import("../rollouts/find-rollouts.js");
    const id = await newestThreadIn(codexHome, cwd);
    if (id !== undefined) return id;
    throw new ThreadNotFoundError(`No thread of ${cwd} was saved in ${codexHome}. Start one with \`startThread()\`.`);
  }

  /** Has no effect: each turn starts its own process. */
  async warm(): Promise<void> {
    this.#runtime.checkOpen();
  }

  close(): Promise<void> {
    return this.#runtime.close();
  }
}
