// Many viewers of one turn: what each receives, and which effects they must not have.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import net from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { EventQueue } from "../../src/internal/event-queue.js";
import { TurnInterruptedError } from "../../src/index.js";
import type { StreamedTurn, ThreadEvent, ThreadItem } from "../../src/index.js";
import { toSse } from "../../src/ui/http/sse.js";
import { toNodeListener, TurnHub, toUIMessageStreamResponse } from "../../src/ui/index.js";
import type { Encoded, LiveTurn, TurnHubOptions, UIMessageChunk } from "../../src/ui/index.js";
import { all, expectValidMessage } from "./ui-chunks.js";

/** A turn that emits what the test passes to it. */
function scriptedTurn() {
  const queue = new EventQueue<ThreadEvent>();
  const state = { isInterrupted: false };
  let end: (error?: Error) => void = () => undefined;
  const completed = new Promise<{ id: string; usage: null; diff: null }>((resolve, reject) => {
    end = (error) => (error ? reject(error) : resolve({ id: "turn-1", usage: null, diff: null }));
  });
  completed.catch(() => undefined);
  const turn = {
    events: { [Symbol.asyncIterator]: () => ({ next: () => queue.next() }) },
    completed: () => completed,
    interrupt: async () => {
      state.isInterrupted = true;
      queue.end();
      end(new TurnInterruptedError("Stopped."));
    },
    steer: async () => true,
  } as unknown as StreamedTurn;
  let text = "";
  return {
    turn,
    state,
    emit: (event: ThreadEvent) => queue.push(event),
    item: (item: ThreadItem) => queue.push({ type: "item.completed", item }),
    say(delta: string) {
      text += delta;
      queue.push({ type: "item.updated", item: { id: "m", type: "agent_message", text }, delta });
    },
    print(delta: string) {
      const output = {
        id: "c",
        type: "command_execution" as const,
        command: "ls",
        exit_code: null,
        status: "in_progress" as const,
      };
      queue.push({ type: "item.updated", item: { ...output, aggregated_output: "" }, delta });
    },
    finish() {
      queue.push({ type: "item.completed", item: { id: "m", type: "agent_message", text } });
      queue.end();
      end();
    },
  };
}

function liveTurn(options: TurnHubOptions = {}) {
  const hub = new TurnHub(options);
  const live = hub.open();
  const source = scriptedTurn();
  live.follow(source.turn);
  source.emit({ type: "thread.started", thread_id: "thread-1" });
  return { hub, live, ...source };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

async function chunksOf(live: LiveTurn, cursor?: string): Promise<UIMessageChunk[]> {
  return (await all(live.uiMessageChunks({}, { cursor }))).flat().map(({ value }) => value);
}

const textOf = (chunks: readonly UIMessageChunk[]) =>
  chunks.map((chunk) => (chunk.type === "text-delta" ? chunk.delta : "")).join("");

test("a slow viewer gets merged pieces, a viewer that has fallen out of the log gets the rest, and both get every character", async () => {
  const { live, say, finish } = liveTurn({ logSize: 10 });
  const viewer = live.uiMessageChunks().getReader();
  const first = await viewer.read();
  for (let i = 0; i < 9; i += 1) say(`${i} `);
  await settled();
  const merged = await viewer.read();
  expect(merged.value?.filter(({ value }) => value.type === "text-delta")).toHaveLength(1);
  for (let i = 9; i < 500; i += 1) say(`${i} `);
  await settled();
  finish();
  const rest: Encoded<UIMessageChunk>[] = [];
  for (let read = await viewer.read(); !read.done; read = await viewer.read()) rest.push(...read.value);
  const chunks = [...first.value!, ...merged.value!, ...rest].map(({ value }) => value);
  expect(textOf(chunks)).toBe(Array.from({ length: 500 }, (_, i) => `${i} `).join(""));
  expect(chunks.filter(({ type }) => type === "text-delta")).toHaveLength(2);
  expect((await expectValidMessage(chunks)).parts).toMatchObject([
    { type: "step-start" },
    { type: "text", state: "done" },
  ]);
});

test("every issued cursor continues exactly at its position while it is in the log", async () => {
  const { live, say, item, finish } = liveTurn();
  const viewer = live.uiMessageChunks().getReader();
  const seen: Encoded<UIMessageChunk>[] = [];
  const look = async () => seen.push(...((await viewer.read()).value ?? []));
  await look();
  for (let i = 0; i < 6; i += 1) {
    say(`${i} `);
    if (i === 3) item({ id: "w", type: "web_search", query: "x" });
    await look();
  }
  finish();
  for (let read = await viewer.read(); !read.done; read = await viewer.read()) seen.push(...read.value);
  const whole = await expectValidMessage(seen.map(({ value }) => value));
  for (const [index, { cursor }] of seen.entries()) {
    if (cursor === undefined) continue;
    const rest = await chunksOf(live, `${live.id}:${cursor}`);
    const stitched = [...seen.slice(0, index + 1).map(({ value }) => value), ...rest];
    expect(await expectValidMessage(stitched), `after ${cursor}`).toEqual(whole);
  }
});

test("a cursor that is too old restarts the message", async () => {
  const { live, say, finish } = liveTurn({ logSize: 5 });
  for (let i = 0; i < 50; i += 1) say("x");
  finish();
  await live.ended();
  const chunks = await chunksOf(live, `${live.id}:2`);
  expect(chunks[0]).toMatchObject({ type: "start" });
  expect(textOf(chunks)).toBe("x".repeat(50));
});

test("a long output is sent in few updates and with its end only", async () => {
  const { live, print, finish } = liveTurn({ outputIntervalMs: 500, maxOutputLength: 1_000 });
  const viewer = chunksOf(live);
  for (let i = 0; i < 2_000; i += 1) {
    print(`line ${i}\n`);
    if (i % 500 === 0) await settled();
  }
  finish();
  const chunks = await viewer;
  const outputs = chunks.filter((chunk) => chunk.type === "tool-output-available");
  expect(outputs.length).toBeLessThan(6);
  expect(JSON.stringify(chunks).length).toBeLessThan(10_000);
  expect(chunks).toContainEqual(expect.objectContaining({ type: "tool-output-error", errorText: "This was stopped." }));
});

test("a thousand viewers get a whole turn; viewers that leave keep nothing open and stop nothing", async () => {
  const { hub, live, say, state, finish } = liveTurn();
  const stayers = Array.from({ length: 500 }, () => chunksOf(live));
  const leavers = Array.from({ length: 500 }, () => live.uiMessageChunks().getReader());
  const started = performance.now();
  for (let i = 0; i < 100; i += 1) {
    say(`${i} `);
    if (i % 10 === 0) await settled();
  }
  await Promise.all(leavers.map((reader) => reader.read()));
  await Promise.all(leavers.map((reader) => reader.cancel()));
  expect(state.isInterrupted).toBe(false);
  finish();
  const text = Array.from({ length: 100 }, (_, i) => `${i} `).join("");
  expect((await Promise.all(stayers)).every((chunks) => textOf(chunks) === text)).toBe(true);
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(hub.runningCount).toBe(0);
});

test("turns that have ended are dropped: after a while, and when there are too many", async () => {
  const hub = new TurnHub({ keepEndedMs: 1, maxEnded: 2 });
  const lives = await Promise.all(
    [1, 2, 3].map(async (number) => {
      const live = hub.open({ id: `t${number}` });
      const source = scriptedTurn();
      live.follow(source.turn);
      source.emit({ type: "thread.started", thread_id: `thread-${number}` });
      source.finish();
      await live.ended();
      return live;
    }),
  );
  await settled();
  expect(hub.ofThread("thread-1")).toBeUndefined();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(lives.map(({ id }) => hub.get(id))).toEqual([undefined, undefined, undefined]);
  expect(hub.runningCount).toBe(0);
});

test("a turn that is stopped before it starts is interrupted when it starts", async () => {
  const hub = new TurnHub();
  const live = hub.open();
  void live.stop();
  const { turn, state } = scriptedTurn();
  live.follow(turn);
  expect(await live.ended()).toMatchObject({ status: "interrupted" });
  expect(state.isInterrupted).toBe(true);
  await hub.close();
});

test("heartbeats are sent during silence, and end with the viewer", async () => {
  const { live } = liveTurn();
  const viewer = toSse(live.uiMessageChunks(), { heartbeatMs: 5 }).getReader();
  const seen: string[] = [];
  while (seen.filter((text) => text === ": keep-alive\n\n").length < 2) {
    seen.push(new TextDecoder().decode((await viewer.read()).value));
  }
  expect(seen[0]).toContain('data: {"type":"start"');
  await viewer.cancel();
});

test("over node:http a browser that disconnects cancels its response, and a malformed request gets a status", async () => {
  const { turn, state, say } = scriptedTurn();
  const server = createServer(toNodeListener(async () => toUIMessageStreamResponse(turn)));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  say("Hello.");
  const leave = new AbortController();
  const response = await fetch(`http://127.0.0.1:${port}/`, { signal: leave.signal });
  expect(response.headers.get("x-vercel-ai-ui-message-stream")).toBe("v1");
  const reader = response.body!.getReader();
  await reader.read();
  leave.abort();
  await expect(turn.completed()).rejects.toMatchObject({ code: "interrupted" });
  expect(state.isInterrupted).toBe(true);
  const socket = net.connect(port, "127.0.0.1", () => socket.write("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"));
  const [data] = (await once(socket, "data")) as [Buffer];
  expect(data.toString()).toMatch(/^HTTP\/1\.1 400 /);
  socket.destroy();
});
