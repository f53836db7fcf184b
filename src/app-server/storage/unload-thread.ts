// Makes Codex unload a thread, so that the next resume reads its files again.
import type { AppServer } from "../connection/app-server.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "../errors/rpc-error.js";

/** Codex closes a thread within about 20 ms. */
const longestCloseMs = 5_000;

export async function unloadThread(server: AppServer, connection: Connection, threadId: string): Promise<void> {
  connection.threads.remove(threadId);
  const closed = waitForClose(server, threadId);
  try {
    const { status } = await connection.request("thread/unsubscribe", { threadId });
    if (status === "unsubscribed") await closed.promise;
  } catch (error) {
    // Codex has already unloaded it, or has exited.
    if (connection.isOpen && !(error instanceof RpcError)) throw error;
  } finally {
    closed.stop();
  }
}

function waitForClose(server: AppServer, threadId: string): { promise: Promise<void>; stop: () => void } {
  let stop: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    const observer: Parameters<typeof server.observers.add>[0] = ({ method, params }) => {
      if (method === "thread/closed" && params.threadId === threadId) stop();
    };
    const timer = setTimeout(() => stop(), longestCloseMs);
    server.observers.add(observer);
    stop = () => {
      clearTimeout(timer);
      server.observers.delete(observer);
      resolve();
    };
  });
  return { promise, stop };
}
