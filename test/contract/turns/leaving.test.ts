// Turns that are left, aborted, timed out or closed: at any moment, also before they start and during a read.
import { Readable } from "node:stream";
import type { StandardSchemaV1 } from "@standard-schema/spec";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { Codex, TurnInterruptedError, TurnTimedOutError } from "../../../src/index.js";
import type { StreamedTurn, Thread, TurnOptions } from "../../../src/index.js";
import { say, ScriptedModel, silence } from "../../../src/testing/index.js";

let model: ScriptedModel;
const codexes: Partial<Record<"app-server" | "exec", Codex>> = {};

beforeAll(async () => {
  model = await ScriptedModel.start(({ lastUserText }) => {
    if (lastUserText === "hang") return silence();
    return say(lastUserText === "json" ? "{}" : "done");
  });
  codexes["app-server"] = new Codex({ ...model.codexOptions(), shutdownGraceMs: 300 });
  codexes.exec = new Codex({ ...model.codexOptions(), shutdownGraceMs: 300, transport: "exec" });
  await codexes["app-server"].warm();
});

afterAll(async () => {
  await Promise.all(Object.values(codexes).map((codex) => codex.close()));
  await model.close();
});

function newThread(transport: "app-server" | "exec" = "app-server"): Thread {
  return codexes[transport]!.startThread(model.threadOptions());
}

/** A turn whose model does not answer, at the point after which there are no more events. */
async function hangingTurn(): Promise<StreamedTurn<undefined>> {
  const requests = model.requests.length;
  const turn = await newThread().runStreamed("hang");
  await model.waitForRequest(requests + 1);
  return turn;
}

async function readUntil(turn: StreamedTurn<undefined>, type: string): Promise<void> {
  for (let next = await turn.events.next(); !next.done; next = await turn.events.next()) {
    if (next.value.type === type) return;
  }
}

describe("leaving a stream during a pending read interrupts the turn", () => {
  test.each<[string, (turn: StreamedTurn<undefined>) => unknown]>([
    ["events.return()", (turn) => turn.events.return()],
    ["events.throw()", (turn) => turn.events.throw(new Error("left")).catch(() => undefined)],

    ["textStream", (turn) => turn.textStream[Symbol.asyncIterator]().return?.()],
    ["Readable.destroy()", (turn) => readable(turn).destroy()],
    ["Readable.destroy() with an error", (turn) => readable(turn).destroy(new Error("left"))],
    ["a Readable of the text", (turn) => readable(turn.textStream).destroy()],
  ])("%s", async (_, leave) => {
    const turn = await hangingTurn();
    await readUntil(turn, "turn.started");
    const pending = turn.events.next();
    pending.catch(() => undefined);
    await leave(turn);
    await expect(turn.completed()).rejects.toBeInstanceOf(TurnInterruptedError);
  });

  test("ReadableStream.cancel()", async () => {
    const turn = await hangingTurn();
    const reader = ReadableStream.from(turn.textStream).getReader();
    const pending = reader.read();
    await reader.cancel();
    expect(await pending).toMatchObject({ done: true });
    await expect(turn.completed()).rejects.toBeInstanceOf(TurnInterruptedError);
  });

  test("a pending read ends, and later reads end too", async () => {
    const turn = await hangingTurn();
    await readUntil(turn, "turn.started");
    const pending = turn.events.next();
    await turn.events.return();
    expect(await pending).toEqual({ value: undefined, done: true });
    expect(await turn.events.next()).toEqual({ value: undefined, done: true });
  });

  test("leaving at the last event keeps the result", async () => {
    const turn = await newThread().runStreamed("hello");
    for await (const event of turn) if (event.type === "turn.completed") break;
    expect((await turn.completed()).finalResponse).toBe("done");
  });
});

function readable(source: AsyncIterable<unknown>): Readable {
  const stream = Readable.from(source);
  // Starts the first read.
  stream.on("data", () => undefined).on("error", () => undefined);
  return stream;
}

describe.each(["app-server", "exec"] as const)("an abort by signal over %s", (transport) => {
  const schema = { type: "object", properties: {}, required: [], additionalProperties: false };
  const kinds: [string, (thread: Thread, options: TurnOptions<undefined>) => Promise<unknown>][] = [
    ["run", (thread, options) => thread.run("hang", options)],
    ["run with a schema", (thread, options) => thread.run("hang", { ...options, outputSchema: schema })],
    ["runStreamed", async (thread, options) => (await thread.runStreamed("hang", options)).completed()],
    [
      "review",
      async (thread, options) => (await thread.review({ type: "custom", instructions: "hang" }, options)).completed(),
    ],
    ["compact", (thread, options) => thread.compact(options)],
  ];
  test.each(kinds.slice(0, transport === "exec" ? 3 : 5))("is never lost: %s", async (name, start) => {
    const thread = newThread(transport);
    if (name === "compact") await thread.run("hello");
    for (let ticks = 0; ticks <= 30; ticks += 1) {
      const abort = new AbortController();
      const turn = start(name === "compact" ? thread : newThread(transport), { signal: abort.signal });
      turn.catch(() => undefined);
      for (let tick = 0; tick < ticks; tick++) await Promise.resolve();
      abort.abort();
      await expect(turn, `after ${ticks} ticks`).rejects.toMatchObject({ code: "interrupted", name: "AbortError" });
    }
  });

  test("is an AbortError, a TurnInterruptedError, and has the signal's reason as its cause", async () => {
    const reason = new Error("changed my mind");
    const error: unknown = await newThread(transport)
      .run("hang", { signal: AbortSignal.abort(reason) })
      .catch((each: unknown) => each);
    expect(error).toBeInstanceOf(TurnInterruptedError);
    expect(error).toMatchObject({ name: "AbortError", code: "interrupted", cause: reason });
  });
});

test("a wait for earlier turns ends at the limit", async () => {
  const thread = newThread();
  const first = await thread.runStreamed("hang");
  await expect(thread.run("hello", { timeoutMs: 50 })).rejects.toBeInstanceOf(TurnTimedOutError);
  await first.interrupt();
});

describe("a validator that hangs", () => {
  function hangingSchema(onCall = () => {}): StandardSchemaV1 {
    const empty = { type: "object", properties: {}, required: [], additionalProperties: false };
    const validate = (value: unknown) => {
      expect(value).toEqual({});
      onCall();
      return new Promise<never>(() => undefined);
    };
    // The types of Standard Schema do not have its JSON Schema.
    const standard = { version: 1, vendor: "slow", validate, jsonSchema: { input: () => empty, output: () => empty } };
    return { "~standard": standard } as StandardSchemaV1;
  }

  test("ends with the limit, and the thread continues", async () => {
    const thread = newThread();
    const turn = thread.run("json", { outputSchema: hangingSchema(), timeoutMs: 3_000 });
    await expect(turn).rejects.toMatchObject({ code: "timed_out", limit: "timeoutMs", turn: { finalResponse: "{}" } });
    expect((await thread.run("hello")).finalResponse).toBe("done");
  });

  test.each(["app-server", "exec"] as const)("ends with the signal, over %s", async (transport) => {
    const abort = new AbortController();
    const outputSchema = hangingSchema(() => abort.abort());
    const turn = newThread(transport).run("json", { outputSchema, signal: abort.signal });
    await expect(turn).rejects.toMatchObject({ name: "AbortError", turn: { finalResponse: "{}" } });
  });
});

test.each(["app-server", "exec"] as const)(
  "the text of a turn with commentary only is its final response, over %s",
  async (transport) => {
    const talkative = await ScriptedModel.start([say("An aside.", { phase: "commentary" })]);
    const codex = new Codex({ ...talkative.codexOptions(), transport });
    onTestFinished(() => codex.close());
    onTestFinished(() => talkative.close());
    const turn = await codex.startThread(talkative.threadOptions()).runStreamed("hello");
    let text = "";
    for await (const piece of turn.textStream) text += piece;
    expect(text).toBe("An aside.");
    expect((await turn.completed()).finalResponse).toBe(text);
  },
);
