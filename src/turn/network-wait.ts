// Ends a turn that waits for the network: Codex would wait without a limit.
import { StreamDisconnectedError } from "../errors/errors.js";
import type { ThreadEvent } from "../events/events.js";

/** Codex emits this notice after about 3, 12, 25 and 48 s, and so on. */
const notice = /\bwaiting for network\b/i;
const mostNotices = 2;

/** Counts consecutive notices of Codex that it waits for the network. */
export class NetworkWait {
  #notices = 0;

  /** The error to end the turn with; undefined until there are enough notices. */
  read(event: ThreadEvent): StreamDisconnectedError | undefined {
    if (event.type !== "error") {
      this.#notices = 0;
      return undefined;
    }
    if (!notice.test(event.message)) return undefined;
    this.#notices += 1;
    if (this.#notices < mostNotices) return undefined;
    return new StreamDisconnectedError(
      "The model's endpoint cannot be reached, and Codex would wait for it without a limit. " +
        "Check the network and `baseUrl`, and run the turn again.",
    );
  }
}
