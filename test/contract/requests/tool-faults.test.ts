// Every fault of a tool, with the real Codex: the agent reads a failed call, and the turn continues or ends as
// requested.
import { expect, test } from "vitest";
import { deferred } from "../../../src/internal/deferred.js";
import { image, tool } from "../../../src/index.js";
import type { Thread, ToolContext } from "../../../src/index.js";
import { callTool, runCommand, say } from "../../../src/testing/index.js";
import { processesOf } from "../../support/model-processes.js";
import { threadWithTools, toolCalls } from "../../support/tool-calls.js";

const cyclic: Record<string, unknown> = {};
cyclic["self"] = cyclic;

const faults: [string, () => unknown, string][] = [
  [
    "throws",
    () => {
      throw new Error("the shelf is empty");
    },
    "failed: the shelf is empty",
  ],
  ["rejects", () => Promise.reject(new TypeError("no such drawer")), "failed: no such drawer"],
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- A tool may reject with anything.
  ["rejects with a text", () => Promise.reject("plain words"), "failed: plain words"],
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- A tool may reject with anything.
  ["rejects with nothing", () => Promise.reject(undefined), "failed: no reason was given."],
  ["returns an error", () => new Error("returned, not thrown"), "failed: returned, not thrown"],
  ["returns a BigInt", () => ({ big: 1n }), "failed: Its result cannot be written as JSON: Do not know how to"],
  ["returns a cycle", () => cyclic, "failed: Its result cannot be written as JSON: Converting circular structure"],
  ["returns a function", () => () => 1, "failed: Its result is a function, which JSON cannot represent."],
  ["returns a symbol", () => Symbol("s"), "failed: Its result is a symbol, which JSON cannot represent."],
  [
    "returns an unreadable value",
    () => ({
      toJSON() {
        throw new Error("look away");
      },
    }),
    "failed: Its result cannot be written as JSON: look away",
  ],
  [
    "returns bytes that are no image",
    () => image({ data: new Uint8Array([1, 2, 3]), mediaType: "image/png" }),
    "failed: image() has bytes that are not an image that Codex can read.",
  ],
  [
    "returns an image without the mark",
    () => [
      { type: "text", text: "see" },
      { type: "image", data: new Uint8Array([1, 2, 3]), mediaType: "image/png" },
    ],
    "failed: Its result has an image that is not marked.",
  ],
  [
    "marks a URL as an image",
    () => image({ url: "http://127.0.0.1:9/x.png?token=secret" }),
    "failed: image() has a url that is not a data: URL. Images are not fetched",
  ],
  ["returns far too much", () => "x".repeat(40 * 1024 * 1024), "failed: Its result has 41943040 characters"],
];

test("a tool that fails in any way is a failed call with a reason, and the turn continues", async () => {
  const broken = faults.map(([, execute], index) => tool({ name: `t${index}`, description: "Fails.", execute }));
  const { thread, outputs } = await threadWithTools([broken.map(({ name }) => callTool(name)), say("Oh.")], broken);
  const turn = await thread.run("Try all.");
  expect(turn.finalResponse).toBe("Oh.");
  expect(toolCalls(turn.items).map(({ status }) => status)).toEqual(faults.map(() => "failed"));
  for (const [index, [, , message]] of faults.entries()) {
    expect(outputs(2)[index]).toMatch(new RegExp(`^The tool "t${index}" `));
    expect(outputs(2)[index]).toContain(message);
    expect(outputs(2)[index]).not.toMatch(/\.ts:\d+|\n {4}at /);
  }
});

test("the runtime's key does not reach the agent in an error", async () => {
  const leak = tool({
    name: "leak",
    description: "Fails.",
    execute: () => {
      throw new Error("401 for key sk-fake-scripted-model");
    },
  });
  const { thread, outputs } = await threadWithTools([callTool("leak"), say("ok")], [leak]);
  await thread.run("Leak.");
  expect(outputs(2)[0]).toMatch(/^The tool "leak" failed: 401 for key /);
  expect(outputs(2)[0]).not.toContain("sk-fake-scripted-model");
});

test("a large result or failure is sent as a whole, and Codex shows the agent a part of it", async () => {
  const large = tool({ name: "large", description: "Gives much.", execute: () => "é".repeat(4 * 1024 * 1024) });
  const failing = tool({
    name: "failing",
    description: "Fails at length.",
    execute: () => {
      throw new Error("x".repeat(50_000));
    },
  });
  const { thread, outputs } = await threadWithTools(
    [callTool("large"), callTool("failing"), say("Much.")],
    [large, failing],
  );
  const [result, failure] = toolCalls((await thread.run("Give.")).items);
  expect(result?.result).toEqual([{ type: "text", text: "é".repeat(4 * 1024 * 1024) }]);
  expect(outputs(2)[0]?.length).toBeLessThan(100_000);
  expect(failure?.status).toBe("failed");
  expect(JSON.stringify(failure)).toContain("x".repeat(50_000));
});

/** A tool that never returns, and what it has observed. */
function hanging() {
  const began = deferred<ToolContext>();
  const hang = tool({
    name: "hang",
    description: "Never returns.",
    execute: (_, context) => {
      began.resolve(context);
      return new Promise(() => undefined);
    },
  });
  return { hang, began: began.promise };
}

test("a tool that hangs receives an interrupt immediately and delays nothing", async () => {
  const { hang, began } = hanging();
  const { thread } = await threadWithTools([callTool("hang"), say("next")], [hang]);
  const streamed = await thread.runStreamed("Hang.");
  const { signal } = await began;
  const interrupted = streamed.interrupt();
  expect(signal.aborted).toBe(true);
  expect(signal.reason).toMatchObject({ code: "interrupted" });
  await interrupted;
  const error = await streamed.completed().catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "interrupted", turn: { items: [{ type: "tool_call", tool: "hang" }] } });
  expect((await thread.run("Go on.")).finalResponse).toBe("next");
});

test("a tool that hangs is ended by the turn's time limit", async () => {
  const { hang, began } = hanging();
  const { thread } = await threadWithTools([say("begun"), callTool("hang"), say("next")], [hang]);
  await thread.run("Begin.");
  await expect(thread.run("Hang.", { timeoutMs: 3_000 })).rejects.toMatchObject({ code: "timed_out" });
  const { signal } = await began;
  expect(signal.reason).toMatchObject({ code: "timed_out" });
  expect((await thread.run("Go on.")).finalResponse).toBe("next");
});

test("a tool that hangs is ended by the turn's signal", async () => {
  const { hang, began } = hanging();
  const { thread } = await threadWithTools([callTool("hang"), say("next")], [hang]);
  const controller = new AbortController();
  const running = thread.run("Hang.", { signal: controller.signal }).catch((reason: unknown) => reason);
  const { signal } = await began;
  controller.abort();
  expect(signal.aborted).toBe(true);
  expect(await running).toMatchObject({ code: "interrupted" });
  expect((await thread.run("Go on.")).finalResponse).toBe("next");
});

test("idleTimeoutMs does not count while a tool runs", async () => {
  const slow = tool({
    name: "slow",
    description: "Takes its time.",
    execute: () => new Promise((resolve) => setTimeout(() => resolve("done"), 4_000)),
  });
  const { thread } = await threadWithTools([say("begun"), callTool("slow"), say("ok")], [slow]);
  await thread.run("Begin.");
  expect((await thread.run("Slowly.", { idleTimeoutMs: 2_000 })).finalResponse).toBe("ok");
});

test("the result of a tool that finishes after its turn is dropped", async () => {
  const answer = deferred<string>();
  const began = deferred<void>();
  const late = tool({
    name: "late",
    description: "Answers late.",
    execute: () => {
      began.resolve();
      return answer.promise;
    },
  });
  const { model, thread } = await threadWithTools([callTool("late"), say("next"), say("last")], [late]);
  const streamed = await thread.runStreamed("Be late.");
  await began.promise;
  await streamed.interrupt();
  answer.resolve("the late answer");
  await thread.run("Go on.");
  await thread.run("And on.");
  expect(JSON.stringify(model.requests.at(-1)?.input)).not.toContain("the late answer");
});

test("a tool that fails after its turn has no effect", async () => {
  const fail = deferred<void>();
  const began = deferred<void>();
  const late = tool({
    name: "late",
    description: "Fails late.",
    execute: async () => {
      began.resolve();
      await fail.promise;
      throw new Error("too late");
    },
  });
  const { thread } = await threadWithTools([callTool("late"), say("next")], [late]);
  const streamed = await thread.runStreamed("Be late.");
  await began.promise;
  await streamed.interrupt();
  fail.resolve();
  // An unhandled rejection would end the test run.
  expect((await thread.run("Go on.")).finalResponse).toBe("next");
});

test("a tool is notified when its Codex dies, and the next turn has its tools", async () => {
  const { hang, began } = hanging();
  const hi = tool({ name: "hi", description: "Greets.", execute: () => "hi" });
  const { model, thread, outputs } = await threadWithTools(
    [say("begun"), callTool("hang"), callTool("hi"), say("ok")],
    [hang, hi],
  );
  await thread.run("Begin.");
  const running = thread.run("Hang.").catch((reason: unknown) => reason);
  const { signal } = await began;
  const codex = processesOf(model).find(({ commandLine }) => commandLine.includes("app-server"));
  if (codex) process.kill(codex.pid, "SIGKILL");
  expect(await running).toMatchObject({ code: "exited" });
  expect(signal.aborted).toBe(true);
  await thread.run("Again.");
  expect(outputs(4)).toEqual(["hi"]);
});

test("a tool that runs a turn of its own thread receives an error, because it would wait for itself", async () => {
  const place: { thread?: Thread } = {};
  const errors: unknown[] = [];
  const again = tool({
    name: "again",
    description: "Runs another turn.",
    execute: async () => {
      for (const start of [() => place.thread?.run("more"), () => place.thread?.runStreamed("more")]) {
        await start()?.catch((error: unknown) => errors.push(error));
      }
      await place.thread?.run("more");
    },
  });
  const { thread, outputs } = await threadWithTools([callTool("again"), say("ok"), say("after")], [again]);
  place.thread = thread;
  const turn = await thread.run("Nest.");
  expect(turn.finalResponse).toBe("ok");
  expect(errors).toEqual([
    expect.objectContaining({ code: "thread_busy" }),
    expect.objectContaining({ code: "thread_busy" }),
  ]);
  expect(outputs(2)[0]).toContain('The tool "again" cannot wait for another turn of this thread');
  expect((await thread.run("After.")).finalResponse).toBe("after");
});

test("a tool may run a turn of another thread, and queue a turn of its own thread for later", async () => {
  const later = deferred<string>();
  const place: { over?: () => Promise<Thread>; other?: Thread } = {};
  const ask = tool({
    name: "ask",
    description: "Asks another agent.",
    execute: async () => {
      void place.over?.().then(async (thread) => later.resolve((await thread.run("Later.")).finalResponse));
      return (await place.other?.run("What?"))?.finalResponse;
    },
  });
  const { thread, codex, model, outputs } = await threadWithTools(
    [callTool("ask"), say("from the other"), say("ok"), say("later")],
    [ask],
  );
  place.other = codex.startThread(model.threadOptions());
  const streamed = await thread.runStreamed("Ask.");
  place.over = () => streamed.completed().then(() => thread);
  expect((await streamed.completed()).finalResponse).toBe("ok");
  expect(outputs(3)).toEqual(["from the other"]);
  expect(await later.promise).toBe("later");
});

test("a turn may be steered by its own tool", async () => {
  const place: { steer?: (text: string) => Promise<boolean> } = {};
  const taken: (boolean | undefined)[] = [];
  const steer = tool({
    name: "steer",
    description: "Steers.",
    execute: async () => {
      taken.push(await place.steer?.("Also this."));
      return "steered";
    },
  });
  const { thread, model } = await threadWithTools([callTool("steer"), say("ok")], [steer]);
  const streamed = await thread.runStreamed("Steer.");
  place.steer = (text) => streamed.steer(text);
  await streamed.completed();
  expect(taken).toEqual([true]);
  expect(model.requests[1]?.userTexts).toEqual(["Steer.", "Also this."]);
});

test("commands and tools can run in one response", async () => {
  const hi = tool({ name: "hi", description: "Greets.", execute: () => "hi" });
  const { thread } = await threadWithTools(
    [[runCommand("echo one", { login: false }), callTool("hi")], say("ok")],
    [hi],
  );
  const turn = await thread.run("Both.");
  expect(turn.items.map(({ type }) => type).toSorted()).toEqual(["agent_message", "command_execution", "tool_call"]);
});
