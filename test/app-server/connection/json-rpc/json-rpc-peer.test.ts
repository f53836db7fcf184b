// The JSON-RPC peer: each request settles once, with its own answer, whatever else the connection carries.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { JsonRpcPeer } from "../../../../src/app-server/connection/json-rpc/json-rpc-peer.js";
import { RpcError } from "../../../../src/app-server/errors/rpc-error.js";
import type { PeerHandlers } from "../../../../src/app-server/connection/json-rpc/json-rpc-peer.js";
import { LineSplitter } from "../../../../src/process/child/line-splitter.js";

interface Sent {
  id?: unknown;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string };
}

function open(handlers: Partial<PeerHandlers> = {}) {
  const sent: Sent[] = [];
  const unreadable: string[] = [];
  const notified: unknown[][] = [];
  const peer = new JsonRpcPeer({
    send: (line) => sent.push(JSON.parse(line) as Sent),
    onNotification: (method, params) => notified.push([method, params]),
    onRequest: () => undefined,
    onUnreadable: (line) => unreadable.push(line),
    ...handlers,
  });
  return { peer, sent, unreadable, notified };
}

test("answers in any order, among any noise and in any chunks, reach their own requests, once", async () => {
  const noise = fc.oneof(
    fc.string().map((text) => text.replaceAll(/[\r\n]/g, " ")),
    fc.json(),
    fc.constant('{"id":999999,"result":1}'),
    fc.constant('{"id":"1","result":"no"}'),
    fc.constant('{"id":null,"error":{"code":1,"message":"x"}}'),
    fc.constant('{"method":"some/notification"}'),
    fc.constant(""),
  );
  const plan = fc.record({
    order: fc.array(fc.nat(1_000), { minLength: 1, maxLength: 12 }),
    noise: fc.array(
      noise.filter((line) => !isAnswer(line)),
      { maxLength: 12 },
    ),
    cuts: fc.array(fc.nat(2_000), { maxLength: 12 }),
    ending: fc.constantFrom("\n", "\r\n"),
  });
  await fc.assert(
    fc.asyncProperty(plan, async ({ order, noise: lines, cuts, ending }) => {
      const { peer } = open();
      const requests = order.map((_, index) => peer.request("ask", { index }));
      const answers = order
        .map((rank, index) => ({ rank, line: answerTo(index) }))
        .toSorted((a, b) => a.rank - b.rank)
        .map(({ line }) => line);
      const wire = mixed(answers, lines)
        .map((line) => `${line}${ending}`)
        .join("");
      const splitter = new LineSplitter((line) => peer.readLine(line));
      for (const chunk of cut(Buffer.from(wire), cuts)) splitter.push(chunk);
      const settled = await Promise.allSettled(requests);
      settled.forEach((outcome, index) => {
        if (index % 3 === 2) expect(outcome).toMatchObject({ status: "rejected", reason: { code: index } });
        else expect(outcome).toEqual({ status: "fulfilled", value: `answer ${index}` });
      });
      expect(peer.pendingCount).toBe(0);
    }),
    { numRuns: 200 },
  );
});

test("no line makes the peer throw", () => {
  const value = fc.oneof(fc.jsonValue(), fc.constantFrom(1, "1", null, {}, []));
  const message = fc.record(
    { id: value, method: value, params: value, result: value, error: value },
    { requiredKeys: [] },
  );
  const line = fc.oneof(
    fc.string(),
    fc.json(),
    message.map((each) => JSON.stringify(each)),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 10 }), (lines) => {
      const { peer } = open({
        onNotification: () => {
          throw new TypeError("not what I expected");
        },
        onRequest: () => {
          throw new TypeError("nor this");
        },
      });
      peer.request("ask", {}).catch(() => undefined);
      for (const each of lines) peer.readLine(each);
      peer.close(new Error("closed"));
    }),
    { numRuns: 500 },
  );
});

test("every request from the other side is answered: with a result, with an error, or as unknown", async () => {
  const { peer, sent } = open({
    onRequest: (method) => {
      if (method === "known") return Promise.resolve({ fine: true });
      if (method === "rejects") return Promise.reject(new Error("cannot"));
      if (method === "throws") throw new Error("must not");
      return undefined;
    },
  });
  for (const [id, method] of ["known", "rejects", "throws", "strange"].entries()) {
    peer.readLine(JSON.stringify({ id: `r${id}`, method }));
  }
  await expect.poll(() => sent).toHaveLength(4);
  expect(Object.fromEntries(sent.map(({ id, result, error }) => [id, result ?? error?.code]))).toEqual({
    r0: { fine: true },
    r1: -32603,
    r2: -32603,
    r3: -32601,
  });
});

test("a malformed answer rejects its own request only", async () => {
  const { peer } = open();
  const bad = peer.request("first", {}, () => {
    throw new TypeError("it does not contain the ID of a turn.");
  });
  const good = peer.request("second", {});
  peer.readLine('{"id":1,"result":{}}');
  peer.readLine('{"id":2,"result":2}');
  await expect(bad).rejects.toMatchObject({
    code: "protocol",
    message: `Codex's response to "first" cannot be read: it does not contain the ID of a turn.`,
  });
  expect(await good).toBe(2);
});

test.each(['{"id":1}', '{"id":1,"error":null}', '{"id":1,"error":"no"}', '{"id":1,"error":{"code":"x","message":1}}'])(
  "%s is a malformed answer",
  async (line) => {
    const { peer } = open();
    const request = peer.request("ask", {});
    peer.readLine(line);
    await expect(request).rejects.toMatchObject({ code: "protocol" });
  },
);

test("a rejection names the method, and an end fails pending and later requests", async () => {
  const { peer, sent } = open();
  const refused = peer.request("ask", {});
  peer.readLine('{"id":1,"error":{"code":-32600,"message":"no","data":[1]}}');
  await expect(refused).rejects.toEqual(new RpcError("ask", { code: -32600, message: "no", data: [1] }));
  const waiting = peer.request("wait", {});
  const end = new Error("the end");
  peer.close(end);
  peer.close(new Error("another"));
  await expect(waiting).rejects.toBe(end);
  await expect(peer.request("late", {})).rejects.toBe(end);
  peer.notify("late");
  expect(sent.map(({ method }) => method)).toEqual(["ask", "wait"]);
});

test("half a surrogate pair, which Codex cannot read, becomes a replacement character", () => {
  const { peer, sent } = open();
  peer.notify("say", { text: "a\ud800b😀" });
  expect(sent[0]?.params).toEqual({ text: "a\ufffdb😀" });
});

/** Every third request is rejected. */
function answerTo(index: number): string {
  const id = index + 1;
  if (index % 3 === 2) return JSON.stringify({ id, error: { code: index, message: `no ${index}` } });
  return JSON.stringify({ id, result: `answer ${index}` });
}

/** Whether the line answers one of the requests. */
function isAnswer(line: string): boolean {
  try {
    const value = JSON.parse(line) as { id?: unknown } | null;
    return typeof value?.id === "number" && value.id <= 12;
  } catch {
    return false;
  }
}

function mixed(answers: readonly string[], noise: readonly string[]): string[] {
  return answers
    .flatMap((answer, index) => [...noise.slice(index, index + 1), answer])
    .concat(noise.slice(answers.length));
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.filter((place) => place < bytes.length).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.slice(places[index], end));
}
