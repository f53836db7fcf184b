// Every fault of a handler, and every behaviour of Codex that a handler must survive.
import { expect, test } from "vitest";
import { deferred } from "../../../src/internal/deferred.js";
import { TurnInterruptedError } from "../../../src/index.js";
import type { ApprovalAnswer, ApprovalHandler, ThreadEvent } from "../../../src/index.js";
import { say, together } from "../../../src/testing/index.js";
import { askingThread, errorMessages, escalate } from "../../support/requests.js";

/** What an untyped handler may return. */
function untyped(answer: unknown): ApprovalAnswer {
  return answer as ApprovalAnswer;
}

const broken: [string, ApprovalHandler, string][] = [
  [
    "throws",
    () => {
      throw new Error("the lights are out");
    },
    "onApproval failed, so the request was declined: the lights are out",
  ],
  ["rejects", () => Promise.reject(new Error("too late")), "onApproval failed, so the request was declined: too late"],
  // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- A handler may reject with anything.
  ["rejects with no error", () => Promise.reject("no"), "onApproval failed, so the request was declined: no"],
  ...["yes", true, null, 1, {}, [], "approve ", { decision: "accept" }, { decision: "decline", reason: 1 }].map(
    (answer): [string, ApprovalHandler, string] => [
      `answers ${JSON.stringify(answer)}`,
      () => untyped(answer),
      "onApproval returned an answer that this request does not accept, so the request was declined.",
    ],
  ),
  [
    "answers with an unreadable value",
    () =>
      untyped({
        get decision() {
          throw new Error("look away");
        },
      }),
    "onApproval failed, so the request was declined: look away",
  ],
];

test("a handler that throws, rejects or returns an invalid answer declines; the turn continues and reports the fault", async () => {
  const handlers = broken.map(([, handler]) => handler);
  const { thread, isThere } = await askingThread(
    ({ outside }) => [...broken.map((_, index) => escalate(`touch ${outside}/${index}`)), say("Nothing worked.")],
    { onApproval: (request, context) => handlers.shift()?.(request, context) },
  );
  const turn = await thread.run("Try all.");
  expect(turn.finalResponse).toBe("Nothing worked.");
  expect(errorMessages(turn.items)).toEqual(broken.map(([, , message]) => message));
  expect(broken.map((_, index) => String(index)).filter(isThere)).toEqual([]);
});

test("a handler that returns nothing declines without an error item", async () => {
  const { thread, isThere } = await askingThread(({ outside }) => [escalate(`touch ${outside}/made`), say("No.")], {
    onApproval: () => undefined,
  });
  expect(errorMessages((await thread.run("Make it.")).items)).toEqual([]);
  expect(isThere("made")).toBe(false);
});

test("a handler that hangs is notified when the turn is interrupted, and its late answer has no effect", async () => {
  const asked = deferred<AbortSignal>();
  const late = deferred<ApprovalAnswer>();
  const { thread, isThere } = await askingThread(({ outside }) => [escalate(`touch ${outside}/made`), say("Hello.")], {
    onApproval: (_request, { signal }) => {
      asked.resolve(signal);
      return late.promise;
    },
  });
  const streamed = await thread.runStreamed("Make it.");
  const signal = await asked.promise;
  expect(signal.aborted).toBe(false);
  await streamed.interrupt();
  await expect(streamed.completed()).rejects.toBeInstanceOf(TurnInterruptedError);
  expect(signal.aborted).toBe(true);
  late.resolve("approve");
  expect((await thread.run("Still there?")).finalResponse).toBe("Hello.");
  expect(isThere("made")).toBe(false);
});

test("a handler that fails after its turn has no effect", async () => {
  const asked = deferred<void>();
  const late = deferred<ApprovalAnswer>();
  const unhandled: unknown[] = [];
  const onUnhandled = (error: unknown) => unhandled.push(error);
  process.on("unhandledRejection", onUnhandled);
  try {
    const { thread } = await askingThread(({ outside }) => [escalate(`touch ${outside}/made`), say("Hello.")], {
      onApproval: () => {
        asked.resolve();
        return late.promise;
      },
    });
    const streamed = await thread.runStreamed("Make it.");
    await asked.promise;
    await streamed.interrupt();
    late.reject(new Error("I was asleep"));
    expect((await thread.run("Still there?")).items).toMatchObject([{ type: "agent_message" }]);
  } finally {
    process.off("unhandledRejection", onUnhandled);
  }
  expect(unhandled).toEqual([]);
});

test("when Codex ends, its open requests are aborted", async () => {
  const asked = deferred<AbortSignal>();
  const { thread, codex } = await askingThread(({ outside }) => [escalate(`touch ${outside}/made`)], {
    onApproval: (_request, { signal }) => {
      asked.resolve(signal);
      return new Promise(() => undefined);
    },
  });
  const turn = thread.run("Make it.").catch((error: unknown) => error);
  const signal = await asked.promise;
  await codex.close();
  expect(await turn).toMatchObject({ code: "closed" });
  expect(signal.aborted).toBe(true);
});

test("an abort while a request is open ends both", async () => {
  const signals: AbortSignal[] = [];
  const { thread, outside } = await askingThread(
    ({ outside }) => [together(escalate(`touch ${outside}/a`), escalate(`touch ${outside}/b`)), say("Hello.")],
    {
      onApproval: (_request, { signal }) => {
        signals.push(signal);
        return signals.length === 2 ? "abort" : new Promise(() => undefined);
      },
    },
  );
  await expect(thread.run(`Make both in ${outside}.`)).rejects.toBeInstanceOf(TurnInterruptedError);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, expect.any(Boolean)]);
  expect((await thread.run("Still there?")).finalResponse).toBe("Hello.");
});

test("the signal of an answered request does not fire while the turn continues, and waiting for the answer is not idle time", async () => {
  const signals: AbortSignal[] = [];
  const { thread, isThere } = await askingThread(
    ({ outside }) => [say("Hello."), escalate(`touch ${outside}/made`), say("Made.")],
    {
      onApproval: (_request, { signal }) => {
        signals.push(signal);
        // Longer than the idle limit of the turn.
        return new Promise((resolve) => setTimeout(() => resolve("approve"), 4_000));
      },
    },
  );
  // The first start takes a while too.
  await thread.run("Hello?");
  const turn = await thread.run("Make it.", { idleTimeoutMs: 2_500 });
  expect(turn.finalResponse).toBe("Made.");
  expect(isThere("made")).toBe(true);
  expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
});

test("the error item appears in the stream where the fault happened", async () => {
  const { thread } = await askingThread(({ outside }) => [escalate(`touch ${outside}/made`), say("No.")], {
    onApproval: () => untyped("perhaps"),
  });
  const types: string[] = [];
  for await (const event of (await thread.runStreamed("Make it.")).events) types.push(describe(event));
  const notice = types.indexOf("item.completed error");
  expect(notice).toBeGreaterThan(types.indexOf("item.started command_execution"));
  expect(notice).toBeLessThan(types.indexOf("item.completed command_execution"));
});

function describe(event: ThreadEvent): string {
  return "item" in event ? `${event.type} ${event.item.type}` : event.type;
}
