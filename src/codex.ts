// One agent runtime: its options, its threads, its end.
import { checkCodexOptions, checkThreadId, checkThreadOptions } from "./option-checks.js";
import type { CodexOptions, ThreadOptions } from "./options.js";
import { Thread } from "./thread.js";
import { createTransport } from "./transport/create-transport.js";
import type { Transport } from "./transport/transport.js";

/** The Codex agent. Starts codex when the first turn needs it, and keeps it warm for the turns that follow. */
export class Codex {
  readonly #transport: Transport;

  /** @throws InvalidInputError for an unknown option or a value out of its list. */
  constructor(options: CodexOptions = {}) {
    checkCodexOptions(options);
    this.#transport = createTransport({ ...options });
  }

  /**
   * A new conversation. codex hears of it with its first turn.
   * @throws InvalidInputError for an unknown option or a value out of its list.
   * @throws UnsupportedError for options that this transport cannot serve.
   */
  startThread(options: ThreadOptions = {}): Thread {
    checkThreadOptions(options);
    return new Thread(this.#transport, null, { ...options });
  }

  /**
   * A conversation that was saved in CODEX_HOME, by this program or another. Options that are given replace what was
   * saved with the thread; others stay as they were.
   * @throws InvalidInputError for what is no thread id; the first turn rejects with ThreadNotFoundError for an unknown one.
   */
  resumeThread(id: string, options: ThreadOptions = {}): Thread {
    checkThreadId(id);
    checkThreadOptions(options);
    return new Thread(this.#transport, id, { ...options });
  }

  /**
   * The thread of this working directory (`options.workingDirectory`, else the host's) that was used last.
   * @throws ThreadNotFoundError when there is none.
   */
  async resumeLastThread(options: ThreadOptions = {}): Promise<Thread> {
    checkThreadOptions(options);
    const id = await this.#transport.lastThreadId(options.workingDirectory ?? process.cwd());
    return this.resumeThread(id, options);
  }

  /** Starts codex now, so that the first turn need not wait for it. Does nothing over `exec`. */
  warm(): Promise<void> {
    return this.#transport.warm();
  }

  /** Interrupts all turns and ends codex with everything it started. Idempotent; a closed `Codex` starts no more turns. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
