// This SDK's own work, without Codex: bytes to lines, lines to events, events to a reader.
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { deferred } from "../../src/internal/deferred.js";
import type { ThreadEvent } from "../../src/events/events.js";
import { StreamedTurn } from "../../src/turn/streamed-turn.js";
import { Closing } from "../../src/transport/closing.js";
import { JsonRpcPeer } from "../../src/app-server/connection/json-rpc/json-rpc-peer.js";
import { TurnTranslator } from "../../src/app-server/turn/turn-translator.js";
import { LineSplitter } from "../../src/process/child/line-splitter.js";
import { unknownUsage } from "../../src/usage/turn-usage.js";
import type { TurnEnd } from "../../src/transport/transport.js";
import { serve, setup } from "../harness/serve.js";
import type { ThroughputOperations, Work } from "../harness/throughput.js";

const chunkBytes = 64 * 1024;
const { recording } = setup() as { recording: string[] };

const operations: ThroughputOperations = {
  async events({ stream, stage, notifications }) {
    const lines = streams[stream](notifications);
    const chunks = stage === "read" ? toChunks(lines) : [];
    globalThis.gc?.();
    const started = performance.now();
    if (stage === "parse") for (const line of lines) JSON.parse(line);
    if (stage === "translate") translate(lines);
    if (stage === "read") await read(chunks);
    return performance.now() - started;
  },
  async lines({ reader, bytes, count }) {
    const chunks = toChunks(Array.from({ length: count }, () => "x".repeat(bytes)));
    globalThis.gc?.();
    const started = performance.now();
    const seen = reader === "codex-sdk" ? await withSplitter(chunks) : await withReadline(chunks);
    if (seen !== count) throw new Error(`${reader} emitted ${seen} of ${count} lines.`);
    return performance.now() - started;
  },
};

serve(operations, { onDisconnect: () => process.exit(0) });

const streams: Record<Work["stream"], (notifications: number) => string[]> = {
  recorded: (count) => Array.from({ length: count }, (_, index) => recording[index % recording.length] ?? ""),
  message: (count) => itemWithDeltas("agentMessage", "item/agentMessage/delta", "a few words ", count),
  output: (count) => itemWithDeltas("commandExecution", "item/commandExecution/outputDelta", "x".repeat(100), count),
};

/** The start of a recorded item of this type, followed by `count` deltas. */
function itemWithDeltas(type: string, method: string, delta: string, count: number): string[] {
  const started = recording.find((line) => line.includes('"item/started"') && line.includes(`"${type}"`));
  if (!started) throw new Error(`The recorded turn does not contain an item of type ${type}.`);
  // Recorded from Codex.
  const { params } = JSON.parse(started) as { params: { threadId: string; turnId: string; item: { id: string } } };
  const { threadId, turnId, item } = params;
  const piece = JSON.stringify({ method, params: { threadId, turnId, itemId: item.id, delta } });
  return [started, ...Array.from({ length: count }, () => piece)];
}

function peer(emit: (event: ThreadEvent) => void): JsonRpcPeer {
  const newTranslator = () => new TurnTranslator(emit, { turnId: "turn", cwd: "/", redact: (text) => text });
  let translator = newTranslator();
  return new JsonRpcPeer({
    send: () => undefined,
    onNotification(method, params) {
      // The generated types guarantee these parameters for the method, as in `Connection`.
      translator.read({ method, params } as Parameters<TurnTranslator["read"]>[0]);
      if (method === "turn/completed") translator = newTranslator();
    },
    onRequest: () => undefined,
    onUnreadable: (line) => {
      throw new Error(`Not a message: ${line}`);
    },
  });
}

function translate(lines: readonly string[]): void {
  let events = 0;
  const messages = peer(() => (events += 1));
  for (const line of lines) messages.readLine(line);
  if (events === 0) throw new Error("The translation did not emit an event.");
}

/** The complete path, with a reader that keeps up. */
async function read(chunks: readonly Buffer[]): Promise<void> {
  const ended = deferred<TurnEnd>();
  const end = { id: "turn", diff: null, threadUsage: null, ...unknownUsage() };
  const replay = async (emit: (event: ThreadEvent) => void) => {
    emit({ type: "thread.started", thread_id: "thread" });
    const messages = peer(emit);
    const lines = new LineSplitter((line) => messages.readLine(line));
    for (const chunk of chunks) {
      lines.push(chunk);
      await nextTurn();
    }
    ended.resolve(end);
  };
  const turn = new StreamedTurn({
    limits: {},
    signal: undefined,
    closing: new Closing(),
    needsSandbox: false,
    ready: Promise.resolve(),
    instrument: undefined,
    prepare: async () => ({
      start(emit) {
        void replay(emit);
        return {
          ended: ended.promise,
          soFar: end,
          isBusy: () => false,
          sandboxWorks: async () => true,
          steer: async () => false,
          interrupt: () => undefined,
        };
      },
      parse: async () => undefined,
    }),
  });
  let events = 0;
  for await (const event of turn.events) if (event.type.length > 0) events += 1;
  if (events === 0) throw new Error("The reader did not receive an event.");
}

async function withSplitter(chunks: readonly Buffer[]): Promise<number> {
  let seen = 0;
  const lines = new LineSplitter(() => (seen += 1));
  const input = Readable.from(chunks).on("data", (chunk: Buffer) => lines.push(chunk));
  await new Promise((resolve) => input.once("end", resolve));
  lines.flush();
  return seen;
}

async function withReadline(chunks: readonly Buffer[]): Promise<number> {
  let seen = 0;
  const lines = createInterface({ input: Readable.from(chunks), crlfDelay: Number.POSITIVE_INFINITY });
  lines.on("line", () => (seen += 1));
  await new Promise((resolve) => lines.once("close", resolve));
  return seen;
}

function toChunks(lines: readonly string[]): Buffer[] {
  const bytes = Buffer.concat(lines.map((line) => Buffer.from(`${line}\n`)));
  return Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
}
