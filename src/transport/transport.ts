// The interface between `Thread` and the implementation that talks to Codex.
import type { ThreadOptions } from "../options/options.js";
import type { Closing } from "./closing.js";
import type { Management } from "./management.js";
import type { TransportThread } from "./transport-thread.js";

export type * from "./transport-thread.js";

/** A connection to Codex. */
export interface Transport {
  readonly name: "app-server" | "exec";
  readonly management: Management;
  readonly closing: Closing;
  /** @throws UnsupportedError for options that this transport does not support. */
  openThread(id: string | null, options: ThreadOptions): TransportThread;
  /** @throws ThreadNotFoundError if no thread of this directory is saved. */
  lastThreadId(workingDirectory: string): Promise<string>;
  /** Starts Codex before the first turn. */
  warm(): Promise<void>;
  /** Ends all turns and all processes. Idempotent. */
  close(): Promise<void>;
}
