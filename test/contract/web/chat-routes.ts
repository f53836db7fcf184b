// The routes of `codex-sdk/ui` over a warm Codex and a scripted model, shared by the tests of a file.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect } from "vitest";
import { Codex } from "../../../src/index.js";
import { say, ScriptedModel } from "../../../src/testing/index.js";
import type { Step } from "../../../src/testing/index.js";
import { createCodexRoutes } from "../../../src/ui/index.js";
import type { CodexRoutesOptions, UIMessageChunk } from "../../../src/ui/index.js";
import { eventsOf } from "../../ui/ui-chunks.js";

export let model: ScriptedModel;
export let codex: Codex;
export let directory: string;
export const steps: Step[] = [];

/** Call once in each test file: it starts Codex and the model before the tests, and closes them after. */
export function setUpRoutes(): void {
  beforeAll(async () => {
    steps.length = 0;
    directory = mkdtempSync(path.join(tmpdir(), "codex-sdk-ui-"));
    model = await ScriptedModel.start(() => steps.shift() ?? say("Nothing is left to say."));
    const features = { default_mode_request_user_input: true };
    codex = new Codex(model.codexOptions({ config: { features } }));
  });
  afterAll(async () => {
    await codex.close();
    await model.close();
    rmSync(directory, { recursive: true, force: true });
  });
}

export function routesWith(options: Partial<CodexRoutesOptions> = {}) {
  const threadOptions = {
    ...model.threadOptions({ workingDirectory: directory, sandboxMode: "workspace-write" as const }),
  };
  return createCodexRoutes({ codex, authorize: () => true, threadOptions, ...options });
}

export type Routes = ReturnType<typeof routesWith>;

export function post(
  routes: Routes,
  where: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return routes.handle(
    new Request(`http://localhost/api/codex/chat${where}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    }),
  );
}

export function get(routes: Routes, where: string, headers: Record<string, string> = {}): Promise<Response> {
  return routes.handle(new Request(`http://localhost/api/codex/chat${where}`, { headers }));
}

export const user = (text: string) => ({ id: "u1", role: "user", parts: [{ type: "text", text }] });
export const saying = (text: string, threadId?: string) => ({ id: "chat-1", messages: [user(text)], threadId });

export async function chunksOf(response: Response): Promise<UIMessageChunk[]> {
  const events = eventsOf(await response.text());
  expect(events.pop()).toBe("[DONE]");
  return events.map((event) => JSON.parse(event));
}

/** Reads a stream up to a chunk, and stays connected. */
export async function readUntil(response: Response, isIt: (chunk: UIMessageChunk) => boolean) {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  const chunks: UIMessageChunk[] = [];
  let cursor: string | undefined;
  let rest = "";
  while (!chunks.some(isIt)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`The stream ended early: ${JSON.stringify(chunks)}`);
    rest += value;
    const frames = rest.split("\n\n");
    rest = frames.pop() ?? "";
    for (const frame of frames) {
      cursor = /^id: (.*)$/m.exec(frame)?.[1] ?? cursor;
      const data = /^data: (.*)$/m.exec(frame)?.[1];
      if (data !== undefined && data !== "[DONE]") chunks.push(JSON.parse(data));
    }
  }
  return { chunks, cursor, reader };
}

export async function errorOf(response: Response) {
  expect(response.headers.get("content-type")).toBe("application/json");
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  expect(error.message).toMatch(/\w.*\.$/);
  return [response.status, error.code];
}

/** A finished thread's ID. */
export async function newThread(routes: Routes): Promise<string> {
  steps.push(say("Hello."));
  const response = await post(routes, "", saying("Hi."));
  await response.text();
  return response.headers.get("x-codex-thread-id")!;
}
