// Two validators for every chunk: the schemas of AI SDK 6 and 7, and the fields that their protocol declares.
import * as ai7 from "ai";
import * as ai6 from "ai6";
import { expect } from "vitest";
import type { UIMessageChunk } from "../../src/ui/index.js";

/** Validates each chunk, and returns the message that a browser builds from them, which is the same in both versions. */
export async function expectValidMessage(
  chunks: readonly UIMessageChunk[],
  before?: ai7.UIMessage,
): Promise<ai7.UIMessage> {
  await expectValidChunks(chunks);
  const [of6, of7] = await Promise.all([
    lastOf(
      ai6.readUIMessageStream({
        stream: streamOf(chunks),
        ...(before && { message: structuredClone(before) as never }),
      }),
    ),
    lastOf(ai7.readUIMessageStream({ stream: streamOf(chunks), ...(before && { message: structuredClone(before) }) })),
  ]);
  expect(of6).toEqual(of7);
  return of7 as ai7.UIMessage;
}

export async function expectValidChunks(chunks: readonly UIMessageChunk[]): Promise<void> {
  for (const chunk of chunks) {
    for (const schema of [ai6.uiMessageChunkSchema(), ai7.uiMessageChunkSchema()]) {
      expect(await schema.validate!(chunk), JSON.stringify(chunk)).toMatchObject({ success: true });
    }
    expect(
      Object.keys(chunk).filter((key) => !fieldsOf(chunk.type).includes(key)),
      chunk.type,
    ).toEqual([]);
    // Whatever a chunk holds, it must be JSON.
    expect(JSON.parse(JSON.stringify(chunk))).toEqual(chunk);
  }
}

const tool = ["toolCallId", "providerExecuted", "dynamic"];

/** Older versions of both packages reject every other field. */
function fieldsOf(type: string): string[] {
  if (type.startsWith("data-")) return ["type", "id", "data"];
  return ["type", ...(fields[type] ?? [])];
}

const fields: Record<string, string[]> = {
  start: ["messageId", "messageMetadata"],
  "text-start": ["id", "providerMetadata"],
  "text-delta": ["id", "delta"],
  "text-end": ["id", "providerMetadata"],
  "reasoning-start": ["id"],
  "reasoning-delta": ["id", "delta"],
  "reasoning-end": ["id"],
  "tool-input-available": [...tool, "toolName", "input", "title"],
  "tool-output-available": [...tool, "output", "preliminary"],
  "tool-output-error": [...tool, "errorText"],
  "tool-output-denied": ["toolCallId"],
  "tool-approval-request": ["approvalId", "toolCallId"],
  "message-metadata": ["messageMetadata"],
  error: ["errorText"],
  finish: ["finishReason", "messageMetadata"],
};

function streamOf(chunks: readonly UIMessageChunk[]): ReadableStream<never> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) if (chunk.type !== "error") controller.enqueue(chunk as never);
      controller.close();
    },
  });
}

async function lastOf<Value>(values: AsyncIterable<Value>): Promise<Value | undefined> {
  let last: Value | undefined;
  for await (const value of values) last = value;
  return last;
}

export async function all<Value>(stream: ReadableStream<Value>): Promise<Value[]> {
  const values: Value[] = [];
  for await (const value of stream) values.push(value);
  return values;
}

/** The data of server-sent events, as text. */
export function eventsOf(body: string): string[] {
  return body
    .split("\n\n")
    .filter((frame) => frame !== "")
    .map((frame) => frame.replace(/^(id: .*\n)?data: /, ""));
}
