// Starts the inspector: a local page that shows the threads and running turns of a `Codex`.
import type { Codex } from "../index.js";
import { Actions } from "./actions/actions.js";
import { Feed } from "./live/feed.js";
import { LiveTurns } from "./live/live-turns.js";
import { LimitLog } from "./live/limit-log.js";
import { OpenRequests } from "./live/open-requests.js";
import type { RequestHandlers } from "./live/open-requests.js";
import { ProtocolLog } from "./live/protocol-log.js";
import { Viewers } from "./live/viewers.js";
import { watchCodex } from "./live/watch-codex.js";
import { checkInspectOptions } from "./options.js";
import type { InspectOptions } from "./options.js";
import { InspectRoutes } from "./routes.js";
import { InspectServer } from "./server/inspect-server.js";
import { ThreadCache } from "./threads/thread-cache.js";

/** A running inspector. */
export interface Inspector extends AsyncDisposable {
  /** The link to open. It works once: opening the page consumes the token. */
  readonly url: string;
  readonly port: number;
  /**
   * Thread options with handlers that show approval requests, questions and elicitations on the page. Empty without
   * `control`.
   * @example codex.startThread({ approvalPolicy: "on-request", ...inspector.handlers })
   */
  readonly handlers: Partial<RequestHandlers>;
  /** Stops the server, and interrupts the turns that were started on the page. Idempotent. */
  close(): Promise<void>;
}

/**
 * Serves the inspector on 127.0.0.1, with the threads and running turns of the `Codex`.
 * @throws InvalidInputError for invalid options; the system's error if the port is in use.
 */
export async function inspect(codex: Codex, options: InspectOptions = {}): Promise<Inspector> {
  checkInspectOptions(codex, options);
  const { port = 0, control = false, keepAlive = false, answerTimeoutMs = 600_000 } = options;
  const { threadOptions = {}, prices } = options;
  const feed = new Feed();
  const turns = new LiveTurns(feed);
  const protocol = new ProtocolLog();
  const limits = new LimitLog();
  const requests = new OpenRequests(feed, answerTimeoutMs, (secret) => protocol.hide(secret));
  const cache = new ThreadCache(codex);
  const stopWatching = watchCodex(codex, feed, turns, {
    onMessage: (message) => protocol.add(message),
    onRateLimits: (latest) => limits.add(latest),
    onThreadChanged: (threadId) => cache.invalidate(threadId),
  });
  const actions = control
    ? new Actions({ codex, turns, requests, cache, threadOptions: { ...threadOptions } })
    : undefined;
  const viewers = new Viewers(feed);
  const context = { codex, cache, feed, viewers, turns, requests, actions, protocol, limits, prices };
  const routes = new InspectRoutes(context);
  const server = await InspectServer.start({ port, keepAlive, route: (call) => routes.serve(call) }).catch(
    (error: unknown) => {
      stopWatching();
      throw error;
    },
  );
  let closing: Promise<void> | undefined;
  const close = () => {
    closing ??= end();
    return closing;
  };
  const end = async () => {
    stopWatching();
    requests.close();
    await Promise.all([server.close(), actions?.close()]);
  };
  return {
    get url() {
      return server.url;
    },
    port: server.port,
    handlers: control ? requests.handlers : {},
    close,
    [Symbol.asyncDispose]: close,
  };
}
