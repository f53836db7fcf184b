// Answers of a page to a request, and the request in the log of the protocol.
import { expect, test } from "vitest";
import type { OpenRequest } from "../../src/inspect/api.js";
import { Feed } from "../../src/inspect/live/feed.js";
import { LimitLog } from "../../src/inspect/live/limit-log.js";
import { ProtocolLog } from "../../src/inspect/live/protocol-log.js";
import { toReply } from "../../src/inspect/live/reply.js";
import { Viewers } from "../../src/inspect/live/viewers.js";
import { fieldsOf, toContent } from "../../src/inspect/page/requests/form-fields.js";

const open = { id: "1", threadId: "t", isSubagent: false, isCut: false };

test("the answer to a secret question is removed from the messages that follow", () => {
  const question = { id: "key", header: "", question: "Key?", options: null, isOther: false, isSecret: true };
  const request: OpenRequest = { ...open, kind: "questions", request: { questions: [question] } };
  const { answer, secrets } = toReply(request, { answers: { key: 'a "quoted" secret' } });
  expect(answer).toEqual({ key: ['a "quoted" secret'] });
  expect(secrets).toEqual(['a "quoted" secret']);
  const log = new ProtocolLog();
  log.hide(secrets![0]!);
  const text = JSON.stringify({ id: 1, result: { answers: { key: { answers: secrets } } } });
  log.add({ direction: "sent", text, length: text.length, at: new Date() });
  expect(JSON.parse(log.read(0, undefined).messages[0]!.text)).toEqual({
    id: 1,
    result: { answers: { key: { answers: ["[redacted]"] } } },
  });
});

test("a request that is too large to be shown in full can only be declined", () => {
  const form = { mode: "form" as const, server: "s", message: "m", schema: {}, meta: null };
  const request: OpenRequest = { ...open, kind: "elicitation", request: form, isCut: true };
  expect(toReply(request, { action: "decline" })).toEqual({ answer: "decline", decision: "decline" });
  expect(() => toReply(request, { action: "accept" })).toThrow("must be one of decline, cancel");
});

test("a HEAD request for the events ends, and is not a viewer", () => {
  const calls: string[] = [];
  const note = (name: string) => () => void calls.push(name);
  const response = { req: { method: "HEAD" }, writeHead: note("head"), flushHeaders: note("flush"), end: note("end") };
  new Viewers(new Feed()).open(response as never, undefined);
  expect(calls).toEqual(["head", "flush", "end"]);
});

test("the protocol log is bounded, and reports missing messages", () => {
  const log = new ProtocolLog();
  const threadId = "01a00000-0000-7000-8000-000000000000";
  for (let index = 0; index < 10_000; index += 1) {
    const text = `{"method":"item/started","params":{"threadId":"${threadId}","x":"${"y".repeat(2_000)}"}}`;
    log.add({ direction: "received", text, length: text.length, at: new Date() });
  }
  const page = log.read(0, threadId);
  expect(page).toMatchObject({ last: 10_000, isGap: true, messages: { length: 200 } });
  expect(page.messages.at(-1)).toMatchObject({ seq: 10_000, method: "item/started", threadId });
  expect(log.read(9_990, threadId)).toMatchObject({ isGap: false, messages: { length: 10 } });
  expect(log.read(0, "01a00000-0000-7000-8000-000000000001").messages).toEqual([]);
});

test("the account's limits are recorded over time, up to a bound", () => {
  const log = new LimitLog();
  const window = (usedPercent: number) => ({ usedPercent, windowMinutes: 300, resetsAt: null });
  const limits = { secondary: null, credits: null, plan: null, reached: null };
  log.add({ ...limits, primary: null });
  expect(log.samples).toEqual([]);
  for (let used = 0; used < 2_000; used += 1) log.add({ ...limits, primary: window(used / 20) });
  expect(log.samples).toHaveLength(1_000);
  expect(log.samples.at(-1)).toMatchObject({ primary: 99.95, secondary: null });
  expect(log.latest).toMatchObject({ primary: { usedPercent: 99.95 } });
});

test("a form has a field for each property of any schema, and its content has their types", () => {
  const fields = fieldsOf({
    properties: {
      name: { type: "string", title: "Name" },
      age: { type: "integer", default: 3 },
      ok: { type: "boolean" },
      size: { type: "string", enum: ["S", "L"] },
      more: { type: "array" },
      odd: null,
    },
    required: ["name"],
  });
  expect(fields.map(({ kind, title, initial }) => [kind, title, initial])).toEqual([
    ["text", "Name", ""],
    ["integer", "age", "3"],
    ["boolean", "ok", ""],
    ["text", "size", ""],
    ["json", "more", ""],
    ["json", "odd", ""],
  ]);
  const typed = new Map(Object.entries({ name: "Ann", age: "4", ok: "true", more: "[1]" }));
  expect(toContent(fields, typed)).toEqual({ value: { name: "Ann", age: 4, ok: true, more: [1] } });
  expect(toContent(fields, new Map([["age", "4.5"]]))).toEqual({ problem: "Name is required." });
  expect(toContent(fields, new Map([...typed, ["age", "4.5"]]))).toEqual({ problem: "age must be a whole number." });
  expect(toContent(fields, new Map([...typed, ["more", "{"]]))).toEqual({ problem: "more must be JSON." });
  for (const schema of [{}, { properties: [] }, { properties: "x" }]) expect(fieldsOf(schema)).toEqual([]);
});
