// Answers one request for a response, whichever way it came.
import { ModelRequest, type InputItem, type RawRequest } from "./model-request.js";
import type { Outlet } from "./outlet.js";
import type { Answer } from "../script/part.js";
import { play } from "../script/play.js";
import { respond } from "./respond.js";

/** What the server asks of the scripted model. */
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

/** A conversation as it stands after a response. */
export interface Conversation {
  /** The id of its last response. */
  id: string;
  items: readonly InputItem[];
}

const warmUp = respond([], { usage: { input: 0, output: 0 } });
let warmUps = 0;

/** Records the request, then plays its answer. Returns the conversation after it, which Codex may build on. */
export async function respondTo(
  handler: RequestHandler,
  raw: RawRequest,
  earlier: readonly InputItem[],
  outlet: Outlet,
  { warmsUp = false } = {},
): Promise<Conversation> {
  if (warmsUp) {
    handler.recordOther(raw);
    return await playTo(new ModelRequest(raw, 0, earlier), `resp_warm_up_${++warmUps}`, warmUp, outlet);
  }
  const request = handler.record(raw, earlier);
  const id = `resp_${request.number}`;
  let answer: Answer;
  try {
    answer = await handler.answer(request);
  } catch (error) {
    // 400 is what Codex neither retries nor hides.
    const reason = error instanceof Error ? error.message : String(error);
    outlet.refuse(400, { "content-type": "text/plain" }, `ScriptedModel: ${reason}`);
    return { id, items: request.input };
  }
  try {
    return await playTo(request, id, answer, outlet);
  } catch (error) {
    handler.failed(request, error);
    outlet.cut();
    return { id, items: request.input };
  }
}

async function playTo(request: ModelRequest, id: string, answer: Answer, outlet: Outlet): Promise<Conversation> {
  const output = await play(answer, { id, model: request.model }, outlet);
  return { id, items: [...request.input, ...output] };
}

/** JSON where it is JSON, else the text; null for nothing. */
export function parsedBody(text: string): unknown {
  if (text === "") return null;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
