// Sends requests to a scripted model like Codex, without Codex: for tests of the content and order of its events.
import type { ScriptedModel } from "../../src/testing/index.js";

export interface AskOptions {
  text?: string;
  threadId?: string;
  body?: object;
}

export interface SentEvent {
  type: string;
  item?: { id: string; type: string; content?: unknown };
  response?: { id: string; usage?: unknown };
  [key: string]: unknown;
}

export function requestBody({ text = "hello", threadId = "thread-1", body = {} }: AskOptions = {}): object {
  return {
    model: "gpt-5.5",
    stream: true,
    prompt_cache_key: threadId,
    input: [{ type: "message", role: "user", content: [{ type: "input_text", text }] }],
    ...body,
  };
}

/** One request over HTTP. Rejects when the connection breaks. */
export async function post(model: ScriptedModel, options: AskOptions = {}): Promise<Response> {
  return await fetch(`${model.baseUrl}/responses`, { method: "POST", body: JSON.stringify(requestBody(options)) });
}

/** The events that answer a request. */
export async function ask(model: ScriptedModel, options: AskOptions = {}): Promise<SentEvent[]> {
  const response = await post(model, options);
  return parseEvents(await response.text());
}

export function parseEvents(stream: string): SentEvent[] {
  return stream
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => JSON.parse(/^event: .+\ndata: (.+)$/.exec(block)![1]!) as SentEvent);
}

/** Reads a stream until it breaks: the received text, and whether it ended correctly. */
export async function readUntilBroken(response: Response): Promise<{ text: string; broken: boolean }> {
  const decoder = new TextDecoder();
  let text = "";
  try {
    for await (const chunk of response.body!) text += decoder.decode(chunk, { stream: true });
    return { text, broken: false };
  } catch {
    return { text, broken: true };
  }
}

export function types(events: SentEvent[]): string[] {
  return events.map(({ type }) => type.replace(/^response\./, ""));
}
