// Answers one request for a response, over HTTP or WebSocket.
import { ModelRequest, type InputItem, type RawRequest } from "./model-request.js";
import type { ResponseChannel } from "./response-channel.js";
import type { Answer } from "../script/part.js";
import { play } from "../script/play.js";
import { respond } from "./respond.js";

/** The functions of the scripted model that the server calls. */
export interface RequestHandler {
  /** Records a request for a response. */
  record(raw: RawRequest, earlier: readonly InputItem[]): ModelRequest;
  /** Records any other request. */
  recordOther(raw: RawRequest): void;
  /** The answer to a request. May throw. */
  answer(request: ModelRequest): Promise<Answer>;
  /** Records that an answer could not be played. */
  failed(request: ModelRequest, error: unknown): void;
}

/** The conversation after a response. */
export interface Conversation {
  /** The ID of its last response. */
  id: string;
  items: readonly InputItem[];
}

const warmUp = respond([], { usage: { input: 0, output: 0 } });
let warmUps = 0;

/** Records the request, then plays its answer. Returns the conversation after it, which Codex may continue. */
export async function respondTo(
  handler: RequestHandler,
  raw: RawRequest,
  earlier: readonly InputItem[],
  channel: ResponseChannel,
  { warmsUp = false } = {},
): Promise<Conversation> {
  if (warmsUp) {
    handler.recordOther(raw);
    return await playTo(new ModelRequest(raw, 0, earlier), `resp_warm_up_${++warmUps}`, warmUp, channel);
  }
  const request = handler.record(raw, earlier);
  const id = `resp_${request.number}`;
  let answer: Answer;
  try {
    answer = await handler.answer(request);
  } catch (error) {
    // Codex neither retries nor hides a 400.
    const reason = error instanceof Error ? error.message : String(error);
    channel.refuse(400, { "content-type": "text/plain" }, `ScriptedModel: ${reason}`);
    return { id, items: request.input };
  }
  try {
    return await playTo(request, id, answer, channel);
  } catch (error) {
    handler.failed(request, error);
    channel.abort();
    return { id, items: request.input };
  }
}

async function playTo(
  request: ModelRequest,
  id: string,
  answer: Answer,
  channel: ResponseChannel,
): Promise<Conversation> {
  const output = await play(answer, { id, model: request.model }, channel);
  return { id, items: [...request.input, ...output] };
}

/** The parsed JSON; the text if it is not JSON; null if it is empty. */
export function parsedBody(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
