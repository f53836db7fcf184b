// The routes on node:http, with requests that browsers do not send.
import { createServer } from "node:http";
import type { Server } from "node:http";
import net from "node:net";
import type { AddressInfo } from "node:net";
import { once } from "node:events";
import { afterEach, expect, onTestFinished, test } from "vitest";
import { Codex } from "../../src/index.js";
import { createCodexRoutes, toNodeListener } from "../../src/ui/index.js";
import { request, sendRaw } from "../inspect/raw-http.js";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  server?.closeAllConnections();
});

async function listen(handle: (request: Request) => Promise<Response>): Promise<number> {
  server = createServer(toNodeListener(handle)).listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

const openConnections = () => new Promise<number>((resolve) => server?.getConnections((_, count) => resolve(count)));

test("malformed requests have a status, start no Codex, and leave no connection open", async () => {
  // This path does not exist: a request that starts Codex would be an error of another kind.
  const codex = new Codex({ codexPathOverride: "/nonexistent/codex" });
  onTestFinished(() => codex.close());
  const port = await listen(createCodexRoutes({ codex, authorize: () => true, maxBodyBytes: 1_000 }).handle);
  const headers = { Host: "localhost", Connection: "close" };
  const json = { ...headers, "Content-Type": "application/json" };
  const chat = "/api/codex/chat";
  const deep = `{"message":${'{"parts":['.repeat(40)}${"]}".repeat(40)}}`;
  const chunked = { ...json, "Transfer-Encoding": "chunked" };
  const table: [string, number, string | undefined][] = [
    [request(`GET ${chat}`, { Connection: "close" }), 400, undefined],
    [request(`GET ${chat}`, { ...headers, Host: "a b" }), 400, "bad_request"],
    [request(`GET ${chat}`, { ...headers, Host: "[::1" }), 400, "bad_request"],
    [request(`TRACE ${chat}`, headers), 400, "bad_request"],
    [request(`OPTIONS ${chat}`, headers), 405, "method_not_allowed"],
    [request(`PUT ${chat}`, headers, "{}"), 405, "method_not_allowed"],
    [request("OPTIONS *", headers), 404, "not_found"],
    [request(`GET ${chat}/__proto__/constructor`, headers), 404, "not_found"],
    [request("GET /api/%63odex/chat", headers), 404, "not_found"],
    [request(`GET ${chat}/%00`, headers), 400, "invalid_thread_id"],
    [request(`GET ${chat}/%zz`, headers), 400, "invalid_thread_id"],
    [request(`GET ${chat}/..%2f..%2fetc%2fpasswd`, headers), 400, "invalid_thread_id"],
    [request(`GET ${chat}?limit=1e9`, headers), 400, "invalid_limit"],
    [request(`POST ${chat}`, json, ""), 400, "invalid_json"],
    [request(`POST ${chat}`, json, "null"), 400, "invalid_body"],
    [request(`POST ${chat}`, json, "[".repeat(900)), 400, "invalid_json"],
    [request(`POST ${chat}`, json, deep), 400, "invalid_message"],
    [request(`POST ${chat}`, json, '{"__proto__":{"message":{"role":"user"}}}'), 400, "invalid_body"],
    [request(`POST ${chat}`, { ...headers, "Content-Type": "text/plain" }, "{}"), 415, "unsupported_media_type"],
    [request(`POST ${chat}`, { ...json, "Content-Length": "99999999999" }), 413, "body_too_large"],
    [`${request(`POST ${chat}`, chunked)}7d0\r\n${"x".repeat(2_000)}\r\n0\r\n\r\n`, 413, "body_too_large"],
    [request(`POST ${chat}`, { ...chunked, "Content-Length": "5" }), 400, undefined],
  ];
  for (const [text, status, code] of table) {
    const response = await sendRaw(port, text);
    const found = code && /"code":"(\w+)"/.exec(response.body)?.[1];
    expect([text.split("\r\n")[0], response.status, found]).toEqual([text.split("\r\n")[0], status, code]);
  }
  await expect.poll(openConnections).toBe(0);
});

test("a client that disconnects in the middle of its body leaves nothing open", async () => {
  const failures: unknown[] = [];
  const port = await listen(async (request) => {
    await request.text().catch((error: unknown) => failures.push(error));
    return new Response();
  });
  const socket = net.connect(port, "127.0.0.1");
  socket.write(`${request("POST /", { Host: "localhost", "Content-Length": "50" })}{"a`);
  await once(server!, "request");
  socket.destroy();
  await expect.poll(() => failures.length).toBe(1);
  await expect.poll(openConnections).toBe(0);
});

test("each cookie of a response is sent, and a request that asks for it closes the connection", async () => {
  const port = await listen(() => {
    const headers = new Headers([
      ["connection", "keep-alive"],
      ["set-cookie", "a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT"],
      ["set-cookie", "b=2"],
      ["content-length", "2"],
    ]);
    return Promise.resolve(new Response("ok", { status: 201, headers }));
  });
  const closing = await sendRaw(port, request("GET /", { Host: "localhost", Connection: "close" }));
  expect(closing).toMatchObject({ status: 201, body: "ok" });
  expect(closing.head.match(/^set-cookie: .*$/gim)).toEqual([
    "set-cookie: a=1; Expires=Wed, 01 Jan 2031 00:00:00 GMT",
    "set-cookie: b=2",
  ]);
  expect(closing.head).toMatch(/^connection: close$/im);
  const staying = await sendRaw(port, request("GET /", { Host: "localhost" }));
  expect(staying.head).toMatch(/^connection: keep-alive$/im);
});

test("a handler that fails is a status without details, or the end of the connection if the body has begun", async () => {
  const port = await listen((request) => {
    if (request.url.endsWith("/early")) throw new Error("secret detail");
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode("begun")),
      pull: () => Promise.reject(new Error("secret detail")),
    });
    return Promise.resolve(new Response(body));
  });
  const early = await sendRaw(port, request("GET /early", { Host: "localhost", Connection: "close" }));
  expect(early.status).toBe(500);
  expect(early.body).toContain("internal_error");
  expect(early.body).not.toContain("secret");
  const late = await sendRaw(port, request("GET /late", { Host: "localhost" }));
  // Without the last chunk of length 0: the client can tell that the body is not complete.
  expect(late.body).not.toMatch(/0\r\n\r\n$/);
  expect(late.body).not.toContain("secret");
  await expect.poll(openConnections).toBe(0);
});
