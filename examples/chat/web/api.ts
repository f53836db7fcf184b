// Requests of the page in addition to those of `useChat`.
import type { UIMessage } from "ai";
import type { CodexDataParts, CodexMessageMetadata } from "codex-sdk/ui";

export type Message = UIMessage<CodexMessageMetadata, CodexDataParts>;

export interface History {
  messages: Message[];
  running: { turnId: string } | null;
}

const base = "/api/codex/chat";

export async function readHistory(threadId: string): Promise<History> {
  const response = await fetch(`${base}/${threadId}`);
  if (!response.ok) throw new Error(await messageOf(response));
  return (await response.json()) as History;
}

/** @throws Error with the server's message. */
export async function post(threadId: string, action: "stop" | "steer" | "approve", body: object): Promise<void> {
  const response = await fetch(`${base}/${threadId}/${action}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(await messageOf(response));
}

async function messageOf(response: Response): Promise<string> {
  const { error } = (await response.json()) as { error: { message: string } };
  return error.message;
}
