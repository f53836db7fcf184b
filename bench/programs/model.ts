// The model: an HTTP-only Responses API in a separate process. It answers immediately and does not parse requests.
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { serve } from "../harness/serve.js";
import type { ModelMode } from "../harness/workspace.js";
import { event, message, richAnswer, responseCompleted, responseCreated } from "../harness/responses.js";

/** Long enough for the first piece to arrive before the rest is sent. */
const pauseMs = 20;

const answers: Record<ModelMode, (response: ServerResponse, request: IncomingMessage) => Promise<void>> = {
  async instant(response, request) {
    await drain(request);
    response.end([responseCreated(), ...message(["done"]), responseCompleted()].map(event).join(""));
  },
  async timed(response, request) {
    await drain(request);
    const [opening = "", ...closing] = [responseCreated(), ...message(["now"]), responseCompleted()].map(event);
    const [added = "", delta = "", ...rest] = closing;
    response.write(opening + added);
    await delay(pauseMs);
    response.write(delta.replace("now", String(process.hrtime.bigint())));
    await delay(pauseMs);
    response.end(rest.join(""));
  },
  async rich(response, request) {
    const body = await text(request);
    response.end([responseCreated(), ...richAnswer(body), responseCompleted()].map(event).join(""));
  },
};

const server = createServer((request, response) => {
  const [, mode = ""] = /^\/(\w+)\/v1\/responses$/.exec(request.url ?? "") ?? [];
  if (request.method !== "POST" || !isMode(mode)) {
    response.writeHead(404).end();
    return;
  }
  response.writeHead(200, { "content-type": "text/event-stream" });
  answers[mode](response, request).catch(() => response.destroy());
});
server.listen(0, "127.0.0.1", () => {
  // It listens on TCP.
  const { port } = server.address() as AddressInfo;
  serve({}, { ready: { port }, onDisconnect: () => process.exit(0) });
});

function isMode(text: string): text is ModelMode {
  return Object.hasOwn(answers, text);
}

async function drain(request: IncomingMessage): Promise<void> {
  request.resume();
  await new Promise<void>((resolve) => request.once("end", resolve));
}

async function text(request: IncomingMessage): Promise<string> {
  let body = "";
  for await (const chunk of request.setEncoding("utf8")) body += String(chunk);
  return body;
}
