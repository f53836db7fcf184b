// Access to the inspector: one browser with the link, and no other client, whatever it sends.
import net from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkRequest } from "../../src/inspect/server/guard.js";
import { InspectServer } from "../../src/inspect/server/inspect-server.js";
import { request, sendRaw } from "./raw-http.js";
import type { RawResponse } from "./raw-http.js";

let server: InspectServer;
let port: number;
let token: string;
let cookie: string;
const routed: { path: string; body: unknown }[] = [];

beforeAll(async () => {
  server = await InspectServer.start({
    port: 0,
    keepAlive: false,
    route: ({ path, body }) => {
      routed.push({ path, body });
      if (path === "/fails") throw new Error("It broke.");
      return Promise.resolve({ path });
    },
  });
  port = server.port;
  token = new URL(server.url).hash.slice("#token=".length);
  const response = await exchange(token);
  cookie = /^set-cookie: ([^;]+)/im.exec(response.head)?.[1] ?? "";
});
afterAll(() => server.close());

const own = () => `127.0.0.1:${port}`;
const origin = () => `http://${own()}`;
const json = { "Content-Type": "application/json" };

function get(path: string, headers: Record<string, string | undefined> = {}): Promise<RawResponse> {
  return sendRaw(port, request(`GET ${path}`, { Host: own(), Cookie: cookie, ...headers }));
}

function post(path: string, headers: Record<string, string | undefined> = {}, body = "{}"): Promise<RawResponse> {
  const all = { Host: own(), Origin: origin(), Cookie: cookie, ...json, ...headers };
  return sendRaw(port, request(`POST ${path}`, all, body));
}

function exchange(value: unknown): Promise<RawResponse> {
  return post("/api/session", { Cookie: undefined }, JSON.stringify({ token: value }));
}

function codeOf({ status, head, body }: RawResponse): [number, string] {
  expect(head.toLowerCase()).toContain("content-type: application/json");
  const { error } = JSON.parse(body) as { error: { code: string; message: string } };
  expect(error.message).toMatch(/\.$/);
  return [status, error.code];
}

test("the link has the token in its fragment until it was used", () => {
  expect(token).toMatch(/^[\w-]{43}$/);
  expect(server.url).toBe(`http://127.0.0.1:${port}/`);
});

test("the token is exchanged once, for a cookie that scripts and other sites cannot read", async () => {
  expect(codeOf(await exchange(token))).toEqual([401, "token_invalid"]);
  for (const wrong of ["", "x", null, 7, {}]) expect(codeOf(await exchange(wrong))).toEqual([401, "token_invalid"]);
  const other = await InspectServer.start({ port: 0, keepAlive: false, route: () => Promise.resolve({}) });
  const otherToken = new URL(other.url).hash.slice("#token=".length);
  const send = (value: string) =>
    sendRaw(
      other.port,
      request(
        "POST /api/session",
        { Host: `127.0.0.1:${other.port}`, Origin: `http://127.0.0.1:${other.port}`, ...json },
        JSON.stringify({ token: value }),
      ),
    );
  // A wrong token does not consume the real one.
  expect((await send("guess")).status).toBe(401);
  const { head } = await send(otherToken);
  await other.close();
  const attributes = /^set-cookie: (.*)$/im.exec(head)?.[1]?.split("; ").slice(1);
  expect(attributes).toEqual(["Path=/", "HttpOnly", "SameSite=Strict"]);
});

test("the server listens on the loopback interface only", async () => {
  const addresses = Object.values((await import("node:os")).networkInterfaces()).flat();
  const outer = addresses.filter((address) => address && !address.internal && address.family === "IPv4");
  for (const address of outer) {
    const socket = net.connect(port, address!.address);
    await expect(new Promise((resolve, reject) => socket.on("connect", resolve).on("error", reject))).rejects.toThrow(
      "ECONNREFUSED",
    );
  }
  expect((await get("/api/anything")).status).toBe(200);
});

describe("Host (DNS rebinding)", () => {
  test.each([
    ["another name", "evil.example"],
    ["another name with the port", "evil.example:PORT"],
    ["a name that begins like the server's", "127.0.0.1:PORT.evil.example"],
    ["the server's address without the port", "127.0.0.1"],
    ["another port", "127.0.0.1:1"],
    ["another notation of the address", "0x7f.1:PORT"],
    ["another loopback address", "127.0.0.2:PORT"],
    ["user information", "127.0.0.1:PORT@evil.example"],
    ["nothing", ""],
  ])("%s is rejected for the page, for data and for writes", async (_name, value) => {
    const Host = value.replace("PORT", String(port));
    for (const response of [
      await get("/", { Host }),
      await get("/api/threads", { Host }),
      await post("/api/x", { Host }),
    ]) {
      expect(codeOf(response)).toEqual([403, "host_not_allowed"]);
    }
  });

  test("two Host headers, an absolute target and a missing Host are rejected", async () => {
    const twice = `GET /api/x HTTP/1.1\r\nHost: ${own()}\r\nHost: evil.example\r\nCookie: ${cookie}\r\n\r\n`;
    expect((await sendRaw(port, twice)).status).toBeGreaterThanOrEqual(400);
    expect(codeOf(await get("http://evil.example/api/x"))).toEqual([403, "host_not_allowed"]);
    expect(codeOf(await get("//evil.example/api/x"))).toEqual([403, "host_not_allowed"]);
    const old = `GET /api/x HTTP/1.0\r\nCookie: ${cookie}\r\n\r\n`;
    expect(codeOf(await sendRaw(port, old))).toEqual([403, "host_not_allowed"]);
  });

  test("browsers omit port 80", () => {
    const headers = (host: string) => ({ method: "GET", url: "/", headers: { host }, rawHeaders: ["Host", host] });
    const check = (host: string, port: number) => () => checkRequest(headers(host) as never, port);
    expect(check("127.0.0.1", 80)).not.toThrow();
    expect(check("localhost:80", 80)).not.toThrow();
    expect(check("evil.example", 80)).toThrow("responds only at its own address");
  });

  test("localhost with the port is accepted too", async () => {
    const Host = `localhost:${port}`;
    expect((await get("/api/x", { Host })).status).toBe(200);
    expect((await post("/api/x", { Host, Origin: `http://${Host}` })).status).toBe(200);
    expect(codeOf(await post("/api/x", { Host }))).toEqual([403, "origin_not_allowed"]);
  });
});

describe("writes", () => {
  test.each([
    ["null", "null"],
    ["none", undefined],
    ["another site", "http://evil.example"],
    ["another port", "http://127.0.0.1:1"],
    ["another scheme", "https://127.0.0.1:PORT"],
    ["a name that begins like the server's", "http://127.0.0.1:PORT.evil.example"],
  ])("Origin: %s is rejected", async (_name, value) => {
    const before = routed.length;
    const Origin = value?.replace("PORT", String(port));
    expect(codeOf(await post("/api/x", { Origin }))).toEqual([403, "origin_not_allowed"]);
    expect(routed).toHaveLength(before);
  });

  test.each([
    "text/plain",
    "text/plain; application/json",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    undefined,
  ])("content type %s is rejected", async (type) => {
    expect(codeOf(await post("/api/x", { "Content-Type": type }))).toEqual([415, "unsupported_media_type"]);
  });

  test.each([
    ["not JSON", "{", "invalid_json"],
    ["nothing", "", "invalid_json"],
    ["not an object", "[]", "invalid_body"],
    ["null", "null", "invalid_body"],
  ])("a body that is %s is rejected", async (_name, body, code) => {
    expect(codeOf(await post("/api/x", {}, body))).toEqual([400, code]);
  });

  test("a body that is too large is rejected, with its length and without", async () => {
    expect(codeOf(await post("/api/x", {}, `"${"x".repeat(300_000)}"`))).toEqual([413, "body_too_large"]);
    const head = request("POST /api/x", {
      Host: own(),
      Origin: origin(),
      Cookie: cookie,
      ...json,
      "Transfer-Encoding": "chunked",
    });
    const chunk = "x".repeat(0x4_0001);
    expect(codeOf(await sendRaw(port, `${head}40001\r\n${chunk}\r\n`))).toEqual([413, "body_too_large"]);
  });

  test.each(["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])(
    "%s is rejected, and allows no other site",
    async (method) => {
      const response = await sendRaw(port, request(`${method} /api/x`, { Host: own(), Origin: "http://evil.example" }));
      expect(codeOf(response)).toEqual([405, "method_not_allowed"]);
      expect(response.head.toLowerCase()).not.toContain("access-control");
    },
  );
});

describe("reads", () => {
  test.each([
    ["missing", undefined],
    ["wrong", "codex-inspect-PORT=wrong"],
    ["another inspector's", "codex-inspect-1=VALUE"],
    ["empty", "codex-inspect-PORT="],
  ])("a cookie that is %s is rejected", async (_name, value) => {
    const Cookie = value?.replace("PORT", String(port)).replace("VALUE", cookie.split("=")[1] ?? "");
    expect(codeOf(await get("/api/threads", { Cookie }))).toEqual([401, "session_missing"]);
    expect(codeOf(await post("/api/x", { Cookie }))).toEqual([401, "session_missing"]);
  });

  test("requests of other sites are rejected, also with the cookie", async () => {
    const headers = { "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script" };
    for (const site of ["cross-site", "same-site"]) {
      const response = await get("/api/threads", { "Sec-Fetch-Site": site, ...headers });
      expect(codeOf(response)).toEqual([403, "site_not_allowed"]);
    }
    expect((await get("/api/threads", { "Sec-Fetch-Site": "same-origin", ...headers })).status).toBe(200);
  });

  test("the response for an unknown path and for a failure is JSON", async () => {
    expect(codeOf(await get("/../../etc/passwd"))).toEqual([404, "not_found"]);
    expect(codeOf(await get("/constructor"))).toEqual([404, "not_found"]);
    expect(codeOf(await get("/api/fails"))).toEqual([500, "internal_error"]);
    expect(codeOf(await sendRaw(port, "NOT HTTP\r\n\r\n"))).toEqual([400, "bad_request"]);
    const good = { Host: own(), Origin: origin(), Cookie: cookie, ...json };
    const table: [string, number, string][] = [
      ["GET / HTTP/1.1\r\n\r\n", 403, "host_not_allowed"],
      [request("OPTIONS *", { Host: own() }), 403, "host_not_allowed"],
      [request("CONNECT evil.example:443", { Host: own() }), 405, "not_a_proxy"],
      [request("TRACE /", { Host: own() }), 405, "method_not_allowed"],
      [request("POST /api/x", { ...good, Expect: "x" }, "{}"), 417, "expectation_failed"],
      // Two lengths, or a length and chunks: proxies and servers interpret these differently.
      [
        `${request("POST /api/x", { ...good, "Content-Length": "30" }).slice(0, -2)}Content-Length: 2\r\n\r\n{}`,
        400,
        "bad_request",
      ],
      [request("POST /api/x", { ...good, "Transfer-Encoding": "chunked" }, "0\r\n\r\n"), 400, "bad_request"],
      [request("POST /api/x", { ...good, "Transfer-Encoding": "xchunked" }), 400, "bad_request"],
      [`GET / HTTP/1.1\nHost: ${own()}\n\n`, 400, "bad_request"],
    ];
    for (const [text, status, code] of table)
      expect([text, ...codeOf(await sendRaw(port, text))]).toEqual([text, status, code]);
    expect(codeOf(await get(`/${"x".repeat(20_000)}`))).toEqual([431, "headers_too_large"]);
  });
});

test("every response forbids other sources, frames, content sniffing and other sites", async () => {
  for (const response of [await get("/"), await get("/api/x"), await get("/none"), await get("/", { Host: "evil" })]) {
    const head = response.head.toLowerCase();
    expect(head).toContain("content-security-policy: default-src 'none'; script-src 'self'; style-src 'self'");
    expect(head).toContain("frame-ancestors 'none'");
    expect(head).toContain("require-trusted-types-for 'script'");
    for (const line of [
      "x-content-type-options: nosniff",
      "cross-origin-resource-policy: same-origin",
      "cache-control: no-store",
      "referrer-policy: no-referrer",
    ])
      expect(head).toContain(line);
    expect(head).not.toContain("access-control");
  }
});

test("the page has no inline script or style, and loads nothing from other servers", async () => {
  const { body } = await get("/", { Cookie: undefined });
  expect(body).not.toMatch(/<script(?![^>]*\ssrc="\/app\.js"[^>]*><\/script>)|<style|https?:|\son\w+=/);
});
