// Images on the web, served on loopback.
import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InvalidInputError, TurnInterruptedError } from "../../src/errors/errors.js";
import { prepareInput } from "../../src/input/prepare-input.js";
import { dataUrl, image } from "./images.js";

type Answer = (response: ServerResponse) => void;

const answers: Record<string, Answer> = {
  "/a.png": (response) => response.end(image("image/png")),
  "/moved": (response) => response.writeHead(302, { location: "/a.png" }).end(),
  "/none": (response) => response.writeHead(404).end("no"),
  "/page": (response) => response.end("<html>"),
  "/large": (response) => sendForever(response),
  "/cut": (response) => {
    response.writeHead(200, { "content-length": "1000" });
    response.write("x", () => response.destroy());
  },
  "/silent": (response) => response.writeHead(200).flushHeaders(),
};

let server: Server;
let origin: string;

beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "", "http://x");
    answers[pathname]?.(response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await once(server, "close");
});

/** Sends until the other side has had enough. */
function sendForever(response: ServerResponse): void {
  const chunk = Buffer.alloc(1024 * 1024);
  const send = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on("drain", send);
  send();
}

const fetched = (path: string, signal?: AbortSignal): Promise<unknown> =>
  prepareInput([{ type: "image", url: `${origin}${path}` }], { signal });

test.each(["/a.png", "/moved"])("%s is fetched and sent inline", async (path) => {
  expect(await fetched(path)).toEqual([{ type: "imageUrl", url: dataUrl("image/png") }]);
});

test.each([
  ["/none", "could not be fetched: it answered 404"],
  ["/page", "is no image that codex can read"],
  ["/large", "could not be fetched: it is larger than 20971520 bytes"],
  ["/cut", "could not be fetched: "],
])("%s is refused", async (path, problem) => {
  const attempt = fetched(path);
  await expect(attempt).rejects.toThrow(InvalidInputError);
  await expect(attempt).rejects.toThrow(`input[0]: ${origin}${path} ${problem}`);
});

test("a server that is not there is refused, and says why", async () => {
  await expect(prepareInput([{ type: "image", url: "http://127.0.0.1:1/a.png" }])).rejects.toThrow(
    /could not be fetched: (connect ECONNREFUSED|bad port)/,
  );
});

test("what may be secret in a URL is not in the message", async () => {
  const error: unknown = await fetched("/none?token=sk-fake-secret#fragment").catch((error: unknown) => error);
  expect(error).toMatchObject({ message: `input[0]: ${origin}/none could not be fetched: it answered 404.` });
  expect(JSON.stringify(error)).not.toContain("sk-fake-secret");
});

test("an abort ends the fetching", async () => {
  const controller = new AbortController();
  server.once("request", () => controller.abort(new Error("enough")));
  const attempt = fetched("/silent", controller.signal);
  await expect(attempt).rejects.toThrow(TurnInterruptedError);
  await expect(attempt).rejects.toMatchObject({ cause: { message: "enough" } });
});

test("an aborted signal fetches nothing", async () => {
  await expect(fetched("/a.png", AbortSignal.abort())).rejects.toThrow(TurnInterruptedError);
});
