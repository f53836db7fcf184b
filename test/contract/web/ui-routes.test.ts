// The routes of `codex-sdk/ui` with the real Codex: messages, streams, answers and the history.
import type { UIMessage } from "ai";
import { expect, test } from "vitest";
import { deferred } from "../../../src/internal/deferred.js";
import { askUser, patch, runCommand, say, silence, until } from "../../../src/testing/index.js";
import { expectValidMessage } from "../../ui/ui-chunks.js";
import {
  chunksOf,
  directory,
  errorOf,
  get,
  model,
  post,
  readUntil,
  routesWith,
  saying,
  steps,
  user,
  setUpRoutes,
} from "./chat-routes.js";

setUpRoutes();

test("a message starts a thread, the next one continues it, and the history has both", async () => {
  const started: string[] = [];
  const routes = routesWith({ onThreadStarted: ({ threadId }) => started.push(threadId) });
  steps.push(say("Hello."), say("Again."));
  const first = await post(routes, "", saying("Hi."));
  const threadId = first.headers.get("x-codex-thread-id")!;
  expect(started).toEqual([threadId]);
  const message = await expectValidMessage(await chunksOf(first));
  expect(message).toMatchObject({ metadata: { threadId }, parts: [{ type: "step-start" }, { text: "Hello." }] });
  await chunksOf(await post(routes, "", saying("And?", threadId)));
  const { messages, running } = (await (await get(routes, `/${threadId}`)).json()) as {
    messages: UIMessage[];
    running: null;
  };
  expect(running).toBeNull();
  expect(messages.map(({ role, parts }) => [role, ...parts.map((part) => "text" in part && part.text)])).toEqual([
    ["user", "Hi."],
    ["assistant", "Hello."],
    ["user", "And?"],
    ["assistant", "Again."],
  ]);
  const list = (await (await get(routes, "")).json()) as { threads: object[] };
  expect(list.threads).toContainEqual(expect.objectContaining({ id: threadId, preview: "Hi.", isRunning: false }));
  expect(JSON.stringify(list)).not.toContain(directory);
});

test("a viewer that reconnects receives what it missed, another viewer receives everything, and the turn continues without either", async () => {
  const routes = routesWith();
  const go = deferred<void>();
  steps.push([say("First. ", { phase: "commentary" }), until(go.promise), say("Second.", { phase: "final_answer" })]);
  const response = await post(routes, "", saying("Hi."));
  const threadId = response.headers.get("x-codex-thread-id")!;
  const { chunks, cursor, reader } = await readUntil(response, ({ type }) => type === "text-end");
  await reader.cancel();
  const running = (await (await get(routes, `/${threadId}`)).json()) as {
    messages: UIMessage[];
    running: { turnId: string };
  };
  expect(running.messages).toMatchObject([{ role: "user" }]);
  const late = await get(routes, `/${threadId}/stream`);
  const resumed = await get(routes, `/${threadId}/stream`, { "last-event-id": cursor! });
  go.resolve();
  const whole = await chunksOf(late);
  const rest = await chunksOf(resumed);
  expect(await expectValidMessage([...chunks, ...rest])).toEqual(await expectValidMessage(whole));
  expect(whole.filter(({ type }) => type === "text-delta")).toMatchObject([{ delta: "First. " }, { delta: "Second." }]);
  // A turn that has ended cannot be resumed, but a viewer that followed it can still read its end.
  expect((await get(routes, `/${threadId}/stream`)).status).toBe(204);
  const again = await get(routes, `/${threadId}/stream?turn=${running.running.turnId}`);
  expect(await chunksOf(again)).toEqual(expect.arrayContaining([expect.objectContaining({ type: "finish" })]));
});

test("an approval is answered while the stream stays open; the second answer is too late", async () => {
  const routes = routesWith();
  steps.push(runCommand("printf yes", { escalate: "May I?", login: false }), say("Done."));
  const response = await post(routes, "", saying("Do it."));
  const threadId = response.headers.get("x-codex-thread-id")!;
  const { chunks, reader } = await readUntil(response, ({ type }) => type === "data-approval");
  const asked = chunks.find((chunk) => chunk.type === "data-approval")!;
  expect(asked.data).toMatchObject({ status: "pending", request: { type: "command", reason: "May I?" } });
  const { approvalId } = asked.data;
  expect(await errorOf(await post(routes, `/${threadId}/approve`, { approvalId, decision: "approve_always" }))).toEqual(
    [400, "decision_not_allowed"],
  );
  expect(await errorOf(await post(routes, `/${threadId}/approve`, { approvalId: "x", decision: "approve" }))).toEqual([
    404,
    "approval_not_found",
  ]);
  const answers = await Promise.all(
    [1, 2].map(() => post(routes, `/${threadId}/approve`, { approvalId, decision: "approve" })),
  );
  expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  reader.releaseLock();
  const [live] = [routes.hub.ofThread(threadId)!];
  await live.ended();
  const whole = await chunksOf(await get(routes, `/${threadId}/stream?turn=${live.id}`));
  const message = await expectValidMessage(whole);
  expect(message.parts).toMatchObject([
    { type: "step-start" },
    { toolName: "codex.command", state: "output-available", output: { output: "yes" }, approval: { id: approvalId } },
    { type: "data-approval", data: { status: "approved" } },
    { text: "Done." },
  ]);
  expect(await errorOf(await post(routes, `/${threadId}/approve`, { approvalId, decision: "approve" }))).toEqual([
    409,
    "turn_not_running",
  ]);
});

test.each([
  ["approved", true, { state: "output-available", output: { output: "yes" } }],
  ["declined", false, { state: "output-denied" }],
])("in the AI SDK's style the message ends for an approval, and continues when it is %s", async (_, approved, tool) => {
  const routes = routesWith({ approvals: "park" });
  steps.push(
    [say("Let me. ", { phase: "commentary" }), runCommand("printf yes", { escalate: "May I?", login: false })],
    say("Done."),
  );
  const response = await post(routes, "", saying("Do it."));
  const threadId = response.headers.get("x-codex-thread-id")!;
  const first = await expectValidMessage(await chunksOf(response));
  const asking = first.parts.find((part) => part.type === "dynamic-tool")!;
  expect(asking).toMatchObject({ state: "approval-requested" });
  expect(routes.hub.ofThread(threadId)!.isRunning).toBe(true);
  // The message that `addToolApprovalResponse` of `useChat` creates.
  const answered = structuredClone(first);
  const part = answered.parts.find((part) => part.type === "dynamic-tool")!;
  Object.assign(part, { state: "approval-responded", approval: { id: part.approval!.id, approved } });
  const body = { id: "chat-1", threadId, messages: [user("Do it."), answered] };
  const second = await post(routes, "", body);
  const message = await expectValidMessage(await chunksOf(second), answered);
  expect(message.id).toBe(first.id);
  expect(message.parts.filter(({ type }) => type === "text")).toMatchObject([{ text: "Let me. " }, { text: "Done." }]);
  expect(message.parts.filter(({ type }) => type === "dynamic-tool")).toMatchObject([tool]);
  expect(await errorOf(await post(routes, "", body))).toEqual([409, "turn_not_running"]);
});

test("a question is answered, and a running turn is steered and stopped", async () => {
  const routes = routesWith();
  const go = deferred<void>();
  const question = {
    id: "q",
    header: "Colour",
    question: "Which?",
    options: [
      { label: "Red", description: "Warm" },
      { label: "Blue", description: "Cold" },
    ],
  };
  steps.push(askUser(question), [until(go.promise), runCommand("true", { login: false })], silence());
  const response = await post(routes, "", saying("Ask me."));
  const threadId = response.headers.get("x-codex-thread-id")!;
  const { chunks } = await readUntil(response, ({ type }) => type === "data-question");
  const { questionId } = chunks.find((chunk) => chunk.type === "data-question")!.data;
  expect((await post(routes, `/${threadId}/answer`, { questionId, answers: { q: "Blue" } })).status).toBe(200);
  expect(await errorOf(await post(routes, `/${threadId}/answer`, { questionId, answers: {} }))).toEqual([
    409,
    "question_already_answered",
  ]);
  const asked = await model.waitForRequest((request) => request.lastOutput.includes("Blue"));
  expect(asked.lastOutput).toContain("Blue");
  expect((await post(routes, `/${threadId}/steer`, { text: "Hurry." })).status).toBe(200);
  go.resolve();
  await model.waitForRequest(({ lastUserText }) => lastUserText === "Hurry.");
  expect(await errorOf(await post(routes, "", saying("More.", threadId)))).toEqual([409, "turn_running"]);
  expect((await post(routes, `/${threadId}/stop`, "")).status).toBe(200);
  const live = routes.hub.ofThread(threadId)!;
  expect(live.isRunning).toBe(false);
  const whole = await chunksOf(await get(routes, `/${threadId}/stream?turn=${live.id}`));
  expect(whole).toContainEqual(expect.objectContaining({ type: "data-steering", data: { text: "Hurry." } }));
  expect(whole.at(-1)).toEqual({ type: "abort" });
  expect(await errorOf(await post(routes, `/${threadId}/stop`, ""))).toEqual([409, "turn_not_running"]);
  expect(await errorOf(await post(routes, `/${threadId}/steer`, { text: "Late." }))).toEqual([409, "turn_not_running"]);
});

test("the history shows commands and patches like the stream", async () => {
  const routes = routesWith();
  steps.push(patch({ "done.txt": { add: "done\n" } }), say("Done."));
  const response = await post(routes, "", saying("Do it."));
  const threadId = response.headers.get("x-codex-thread-id")!;
  await response.text();
  const { messages } = (await (await get(routes, `/${threadId}`)).json()) as { messages: UIMessage[] };
  expect(messages[1]?.parts).toMatchObject([
    {
      toolName: "codex.patch",
      state: "output-available",
      input: { changes: [{ path: expect.stringContaining("done.txt") }] },
    },
    { type: "data-diff", data: { diff: expect.stringContaining("+done") } },
    { type: "text", text: "Done." },
  ]);
});
