// The routes of `codex-sdk/ui` with the real Codex: questions of MCP servers, AG-UI, the cost, and a server that restarted.
import { EventSchema } from "@ag-ui/core/schemas";
import type { UIMessage } from "ai";
import { expect, onTestFinished, test } from "vitest";
import { priceTable } from "../../../src/cost/index.js";
import type { Codex, ThreadOptions } from "../../../src/index.js";
import { callMcpTool, patch, respond, runCommand, say } from "../../../src/testing/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { createCodexRoutes } from "../../../src/ui/index.js";
import type { UIMessageChunk } from "../../../src/ui/index.js";
import { eventsOf, expectValidMessage } from "../../ui/ui-chunks.js";
import { codexOn, scriptedModel, temporaryDirectory } from "../../support/workspace.js";
import { mcpServerFile } from "../../support/host-program.js";

function routesOf(codex: Codex, model: ScriptedModel, options: ThreadOptions = {}) {
  const sandboxMode = "workspace-write" as const;
  const routes = createCodexRoutes({
    codex,
    authorize: () => true,
    threadOptions: { ...model.threadOptions({ workingDirectory: temporaryDirectory(), sandboxMode }), ...options },
  });
  onTestFinished(() => routes.hub.close());
  const call = (where: string, body?: object) =>
    routes.handle(
      new Request(`http://localhost/api/codex/chat${where}`, {
        ...(body && {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify(body),
        }),
      }),
    );
  const send = (text: string, threadId?: string, query = "") =>
    call(query, { threadId, messages: [{ id: "u", role: "user", parts: [{ type: "text", text }] }] });
  return { hub: routes.hub, call, send };
}

async function messageOf(response: Response): Promise<UIMessage> {
  const chunks = eventsOf(await response.text()).slice(0, -1);
  return expectValidMessage(chunks.map((chunk): UIMessageChunk => JSON.parse(chunk)));
}

test("the form of an MCP server is answered while the stream stays open, and its page is declined", async () => {
  const fixture = await mcpServerFile("stdio-server");
  const model = await scriptedModel([
    callMcpTool("notes", "ask_name"),
    callMcpTool("notes", "ask_login"),
    say("Done."),
  ]);
  const mcpServers = { notes: { command: process.execPath, args: [fixture] } };
  const { call, send } = routesOf(codexOn(model), model, { mcpServers });
  const response = await send("Ask.");
  const threadId = response.headers.get("x-codex-thread-id")!;
  const answers = [{ action: "accept", content: { name: "Ann" } }, { action: "decline" }];
  const asked: unknown[] = [];
  let text = "";
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const chunks = eventsOf(text.slice(0, text.lastIndexOf("\n\n") + 2)).filter((data) => data !== "[DONE]");
    const questions = chunks
      .map((data): UIMessageChunk => JSON.parse(data))
      .flatMap((each) => (each.type === "data-question" && each.data.status === "pending" ? [each.data] : []));
    for (const { questionId, ...question } of questions.slice(asked.length)) {
      const answer = await call(`/${threadId}/answer`, { questionId, ...answers[asked.length] });
      expect(answer.status).toBe(200);
      asked.push(question);
    }
  }
  expect(asked).toMatchObject([
    { question: { type: "elicitation", mode: "form", message: "Who are you?" } },
    { question: { type: "elicitation", mode: "url" } },
  ]);
  // The server returns the answer that it received.
  expect(text).toContain(String.raw`\"content\":{\"name\":\"Ann\"}`);
  expect(text).toContain(String.raw`\"action\":\"decline\"`);
});

test("send and resume answer with AG-UI events when the request asks for them", async () => {
  const model = await scriptedModel([runCommand("echo one", { login: false }), say("Done.")]);
  const { hub, call, send } = routesOf(codexOn(model), model);
  const response = await send("Do it.", undefined, "?format=ag-ui");
  expect(response.headers.get("content-type")).toBe("text/event-stream");
  expect(response.headers.get("x-vercel-ai-ui-message-stream")).toBeNull();
  const events = eventsOf(await response.text()).map((event) => JSON.parse(event));
  for (const event of events) expect(EventSchema.parse(event)).toEqual(event);
  const types = events.map(({ type }) => type);
  expect([types[0], types.at(-1)]).toEqual(["RUN_STARTED", "RUN_FINISHED"]);
  expect(types).toEqual(expect.arrayContaining(["TOOL_CALL_START", "TOOL_CALL_RESULT", "TEXT_MESSAGE_CONTENT"]));
  const threadId = response.headers.get("x-codex-thread-id")!;
  const again = await call(`/${threadId}/stream?format=ag-ui&turn=${hub.ofThread(threadId)!.id}`);
  expect(eventsOf(await again.text()).map((event) => JSON.parse(event).type)).toContain("RUN_FINISHED");
});

test("with prices, the message's metadata has the cost of the turn", async () => {
  const usage = { input: 1_000_000, output: 100_000 };
  const model = await scriptedModel([respond([say("Hello.")], { usage })]);
  const prices = priceTable({ "gpt-5.5": { input: 1, output: 10 } });
  const { send } = routesOf(codexOn(model, { prices }), model);
  const { metadata } = await messageOf(await send("Hi."));
  expect(metadata).toMatchObject({ usage: { input_tokens: 1_000_000 }, cost: { usd: 2, isNotional: false } });
});

test("after a restart of the server, the page is rebuilt from the history, and the conversation continues", async () => {
  const model = await scriptedModel([
    [say("Now.", { phase: "commentary" }), runCommand("echo one", { login: false })],
    patch({ "a.txt": { add: "a\n" } }),
    say("Done.", { phase: "final_answer" }),
    say("Again."),
  ]);
  const first = codexOn(model);
  const before = routesOf(first, model);
  const response = await before.send("Do it.");
  const threadId = response.headers.get("x-codex-thread-id")!;
  const streamed = await messageOf(response);
  await before.hub.close();
  await first.close();

  const { call, send } = routesOf(codexOn(model), model);
  const read = async () => (await (await call(`/${threadId}`)).json()) as { messages: UIMessage[]; running: null };
  const { messages, running } = await read();
  expect(running).toBeNull();
  expect((await call(`/${threadId}/stream`)).status).toBe(204);
  const shown = ({ parts }: UIMessage) =>
    parts.flatMap((part) => {
      if (part.type === "text") return [part.text];
      return part.type === "dynamic-tool" ? [`${part.toolName}: ${part.state}`] : [];
    });
  expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
  expect(shown(messages[1]!)).toEqual(shown(streamed));
  await (await send("And?", threadId)).text();
  expect((await read()).messages.map((message) => shown(message).at(-1))).toEqual([
    "Do it.",
    "Done.",
    "And?",
    "Again.",
  ]);
});
