// Keeps the warnings that Codex sends about a thread before its response to the request that loads the thread.
import type { ServerNotification } from "../protocol/ServerNotification.js";

type Warning = Extract<ServerNotification, { method: "warning" | "guardianWarning" }>;

/** A request that loads a thread, from before it is sent until the thread has a listener. */
export interface Load {
  /** Takes the warnings of the thread. */
  take(threadId: string): Warning[];
  /** Each load must end. Warnings that no load can take any more are dropped. */
  end(): void;
}

export class EarlyWarnings {
  /** Each warning with the loads that were open when it arrived. */
  readonly #held = new Map<Warning, Set<Load>>();
  readonly #loads = new Set<Load>();
  readonly #onDropped: (warning: Warning) => void;

  constructor(onDropped: (warning: Warning) => void) {
    this.#onDropped = onDropped;
  }

  open(): Load {
    const load = {
      take: (threadId: string) => this.#take(threadId, load),
      end: () => this.#end(load),
    };
    this.#loads.add(load);
    return load;
  }

  /** Keeps a warning if a load may take it. @returns whether it is kept. */
  hold(notification: ServerNotification): boolean {
    if (this.#loads.size === 0 || !isWarning(notification)) return false;
    this.#held.set(notification, new Set(this.#loads));
    return true;
  }

  #take(threadId: string, load: Load): Warning[] {
    const taken = [...this.#held].flatMap(([warning, loads]) =>
      warning.params.threadId === threadId && loads.has(load) ? [warning] : [],
    );
    for (const warning of taken) this.#held.delete(warning);
    return taken;
  }

  #end(load: Load): void {
    this.#loads.delete(load);
    for (const [warning, loads] of this.#held) {
      if (!loads.delete(load) || loads.size > 0) continue;
      this.#held.delete(warning);
      this.#onDropped(warning);
    }
  }
}

function isWarning(notification: ServerNotification): notification is Warning {
  const { method, params } = notification;
  return (method === "warning" || method === "guardianWarning") && typeof params.threadId === "string";
}
