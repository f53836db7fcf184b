// The MCP server of this process: its access control, its answers, and that it does not keep the process alive.
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { expect, onTestFinished, test } from "vitest";
import type { ToolCall } from "../../src/tools/tool-calls.js";
import type { HostedTools } from "../../src/tool-server/mcp-messages.js";
import { ToolServer } from "../../src/tool-server/tool-server.js";
import { runProgram } from "../support/host-program.js";

async function offered(over: Partial<HostedTools> = {}) {
  const server = new ToolServer();
  onTestFinished(() => server.close());
  const calls: ToolCall[] = [];
  const tools: HostedTools = {
    list: () => Promise.resolve([{ name: "add", description: "Adds.", inputSchema: { type: "object" } }]),
    call: (call) => {
      calls.push(call);
      return Promise.resolve({ success: true, content: [{ type: "text", text: "3" }] });
    },
    ...over,
  };
  const { url, unregister: withdraw } = await server.register(tools);
  const headers = { authorization: `Bearer ${server.token}` };
  const post = async (body: string) => {
    const response = await fetch(url, { method: "POST", headers, body });
    return { status: response.status, body: await response.text() };
  };
  return { server, tools, url, withdraw, headers, calls, post };
}

test("a client of the official SDK lists and calls the tools", async () => {
  const { tools, url, headers } = await offered();
  const client = new Client({ name: "test", version: "0" });
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  expect((await client.listTools()).tools).toEqual(await tools.list());
  expect(await client.callTool({ name: "add", arguments: { a: 1 } })).toEqual({
    content: [{ type: "text", text: "3" }],
    isError: false,
  });
  await client.ping();
  await client.close();
});

test("half a surrogate pair, which Codex cannot read, is written as in UTF-8", async () => {
  const list = () => Promise.resolve([{ name: "add", description: "a\uD800b", inputSchema: { type: "object" } }]);
  const { post } = await offered({ list });
  expect((await post('{"id":1,"method":"tools/list"}')).body).toContain('"description":"a\uFFFDb"');
});

test("a call has its owner, as far as Codex reports it", async () => {
  const { calls, post } = await offered();
  const meta = { callId: "c", threadId: "t", "x-codex-turn-metadata": { thread_id: "t", turn_id: "u" } };
  const call = (params: object) => post(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params }));
  await call({ name: "add", arguments: { a: 1 }, _meta: meta });
  await call({ name: "add" });
  expect(calls).toEqual([
    { threadId: "t", turnId: "u", callId: "c", tool: "add", arguments: { a: 1 } },
    { threadId: "", turnId: "", callId: "", tool: "add", arguments: {} },
  ]);
});

test.each([
  ["invalid JSON", "{nope", 200, '{"jsonrpc":"2.0","id":null,"error":{"code":-32700'],
  ["a value that is not an object", "[1]", 200, '"code":-32700'],
  ["a message without a method", '{"id":1}', 200, '{"jsonrpc":"2.0","id":1,"error":{"code":-32600'],
  [
    "an unknown method",
    '{"id":"x","method":"resources/list"}',
    200,
    '{"jsonrpc":"2.0","id":"x","error":{"code":-32601',
  ],
  ["a notification", '{"method":"notifications/initialized"}', 202, ""],
  ["an unknown notification", '{"method":"notifications/strange"}', 202, ""],
])("%s is answered, and the server continues", async (_, body, status, answer) => {
  const { post } = await offered();
  const response = await post(body);
  expect(response.status).toBe(status);
  expect(response.body).toContain(answer);
  expect((await post('{"id":1,"method":"ping"}')).body).toBe('{"jsonrpc":"2.0","id":1,"result":{}}');
});

test("requests without the token, to another path or with another method are rejected", async () => {
  const { url, headers, calls } = await offered();
  const body = '{"id":1,"method":"tools/call","params":{"name":"add"}}';
  const statusOf = async (target: string | URL, init: RequestInit) => (await fetch(target, init)).status;
  expect(await statusOf(url, { method: "POST", body })).toBe(401);
  expect(await statusOf(url, { method: "POST", body, headers: { authorization: "Bearer wrong" } })).toBe(401);
  expect(await statusOf(new URL("/elsewhere", url), { method: "POST", body, headers })).toBe(404);
  expect(await statusOf(url, { headers })).toBe(405);
  expect(await statusOf(url, { method: "DELETE", headers })).toBe(405);
  expect(calls).toEqual([]);
});

test("tools that were removed are not found any more", async () => {
  const { withdraw, post, calls } = await offered();
  const call = '{"id":1,"method":"tools/call","params":{"name":"add"}}';
  expect((await post(call)).status).toBe(200);
  withdraw();
  expect((await post(call)).status).toBe(404);
  expect(calls).toHaveLength(1);
});

test("it listens on loopback only, and stops listening when it is closed", async () => {
  const { server, url, headers } = await offered();
  expect(new URL(url).hostname).toBe("127.0.0.1");
  await server.close();
  await server.close();
  await expect(fetch(url, { method: "POST", headers, body: "{}" })).rejects.toThrow();
});

test("closing while a call runs does not wait for the call", async () => {
  const { server, post } = await offered({ call: () => new Promise(() => undefined) });
  const running = post('{"id":1,"method":"tools/call","params":{"name":"add"}}').catch(() => "broken off");
  await post('{"id":2,"method":"ping"}');
  await server.close();
  expect(await running).toBe("broken off");
});

test("a program that offers tools exits on its own", async () => {
  const { exitCode, output } = await runProgram(`
    import { ToolServer } from "./src/tool-server/tool-server.ts";
    const tools = { list: async () => [], call: async () => ({ success: true, content: [] }) };
    console.log((await new ToolServer().register(tools)).url);
  `);
  expect(output).toContain("http://127.0.0.1:");
  expect(exitCode).toBe(0);
});
