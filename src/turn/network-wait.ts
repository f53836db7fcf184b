// codex waits for a network for ever; a turn must end.
import { StreamDisconnectedError } from "../errors/errors.js";
import type { ThreadEvent } from "../events/events.js";

/** codex says so after some 3, 12, 25 and 48 s, and so on. */
const notice = /\bwaiting for network\b/i;
const mostNotices = 2;

/** Counts how often codex says in a row that it waits for the network. */
export class NetworkWait {
  #notices = 0;

  /** The error to end the turn with, once it has waited long enough. */
  take(event: ThreadEvent): StreamDisconnectedError | undefined {
    if (event.type !== "error") {
      this.#notices = 0;
      return undefined;
    }
    if (!notice.test(event.message)) return undefined;
    this.#notices += 1;
    if (this.#notices < mostNotices) return undefined;
    return new StreamDisconnectedError(
      "The model's endpoint cannot be reached, and codex would wait for it without end. " +
        "Check the network, and `baseUrl` where one is given, and run the turn again.",
    );
  }
}
