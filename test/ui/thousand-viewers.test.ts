// A thousand browsers watch one turn over HTTP.
import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { deferred } from "../../src/internal/deferred.js";
import { EventQueue } from "../../src/internal/event-queue.js";
import type { StreamedTurn, ThreadEvent } from "../../src/index.js";
import { toNodeListener, TurnHub } from "../../src/ui/index.js";
import { toSse } from "../../src/ui/http/sse.js";

const viewers = 1_000;
const pieces = Array.from({ length: 30 }, (_, index) => `${index} `);

test("all remaining viewers get the whole text, viewers that leave cost nothing, and no connection remains", async () => {
  const queue = new EventQueue<ThreadEvent>();
  const ended = deferred<void>();
  const turn = {
    events: { [Symbol.asyncIterator]: () => ({ next: () => queue.next() }) },
    completed: async () => {
      await ended.promise;
      return { id: "turn-1", usage: null, diff: null };
    },
    interrupt: async () => undefined,
  } as unknown as StreamedTurn;
  const hub = new TurnHub();
  const live = hub.open();
  live.follow(turn);
  queue.push({ type: "thread.started", thread_id: "thread-1" });

  const server = createServer(
    toNodeListener(async () => new Response(toSse(live.uiMessageChunks(), { heartbeatMs: 15_000 }))),
  );
  server.listen(0, "127.0.0.1", viewers);
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;

  let connected = 0;
  const allConnected = deferred<void>();
  /** One of ten disconnects in the middle, one of ten reads nothing until the end. */
  const view = (index: number) =>
    new Promise<string | undefined>((resolve, reject) => {
      const request = get({ port, host: "127.0.0.1", agent: false }, (response) => {
        let text = "";
        response.setEncoding("utf8");
        const start = () => response.on("data", (data: string) => (text += data)).once("end", () => resolve(text));
        if (index % 10 === 1) void ended.promise.then(start);
        else if (index % 10 === 2) {
          response.once("data", () => {
            request.destroy();
            resolve(undefined);
          });
        } else start();
        connected += 1;
        if (connected === viewers) allConnected.resolve();
      });
      request.once("error", (error) => (index % 10 === 2 ? resolve(undefined) : reject(error)));
    });
  const views = Promise.all(Array.from({ length: viewers }, (_, index) => view(index)));
  await allConnected.promise;
  let whole = "";
  for (const delta of pieces) {
    whole += delta;
    queue.push({ type: "item.updated", item: { id: "m", type: "agent_message", text: whole }, delta });
    await new Promise((resolve) => setImmediate(resolve));
  }
  queue.push({ type: "item.completed", item: { id: "m", type: "agent_message", text: whole } });
  queue.end();
  ended.resolve();
  const texts = (await views).filter((text) => text !== undefined);
  expect(texts).toHaveLength(viewers * 0.9);
  expect(new Set(texts.map(textOf))).toEqual(new Set([whole]));
  const open = await new Promise<number>((resolve, reject) => {
    server.closeIdleConnections();
    server.close();
    server.once("close", () => server.getConnections((error, count) => (error ? reject(error) : resolve(count))));
  });
  expect(open).toBe(0);
  expect(hub.runningCount).toBe(0);
});

function textOf(events: string): string {
  return events
    .split("\n")
    .filter((line) => line.startsWith('data: {"type":"text-delta"'))
    .map((line) => (JSON.parse(line.slice("data: ".length)) as { delta: string }).delta)
    .join("");
}
