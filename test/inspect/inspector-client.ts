// The requests of the page, without a page.
import assert from "node:assert/strict";
import type { Inspector } from "../../src/inspect/index.js";
import type { InspectEvent } from "../../src/inspect/api.js";

export class InspectorClient {
  readonly #base: string;
  readonly #cookie: string;

  private constructor(base: string, cookie: string) {
    this.#base = base;
    this.#cookie = cookie;
  }

  static async open({ url }: Pick<Inspector, "url">): Promise<InspectorClient> {
    const { origin, hash } = new URL(url);
    const response = await fetch(`${origin}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json", origin },
      body: JSON.stringify({ token: hash.slice("#token=".length) }),
    });
    assert.equal(response.status, 200);
    return new InspectorClient(origin, response.headers.get("set-cookie")!.split(";")[0]!);
  }

  fetch(
    path: string,
    init: Omit<RequestInit, "headers"> & { headers?: Record<string, string> } = {},
  ): Promise<Response> {
    return fetch(`${this.#base}/api${path}`, { ...init, headers: { cookie: this.#cookie, ...init.headers } });
  }

  // oxlint-disable-next-line typescript/no-explicit-any
  async read<Result = any>(path: string): Promise<Result> {
    const response = await this.fetch(path);
    const body = await response.json();
    assert.equal(response.status, 200, JSON.stringify(body));
    return body as Result;
  }

  write(path: string, body: object = {}): Promise<Response> {
    const headers = { "content-type": "application/json", origin: this.#base };
    return this.fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  /** Events after a cursor, up to the last one that is expected. Then it disconnects. */
  async eventsUntil(cursor: string, isLast: (event: InspectEvent) => boolean) {
    const response = await this.fetch("/events", { headers: { "last-event-id": cursor } });
    assert.equal(response.headers.get("content-type"), "text/event-stream");
    const events: InspectEvent[] = [];
    let rest = "";
    let last = cursor;
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      rest += chunk;
      const frames = rest.split("\n\n");
      rest = frames.pop() ?? "";
      for (const frame of frames) {
        const data = /^data: (.*)$/m.exec(frame)?.[1];
        if (data === undefined) continue;
        last = /^id: (.*)$/m.exec(frame)![1]!;
        events.push(JSON.parse(data) as InspectEvent);
        if (isLast(events.at(-1)!)) return { events, cursor: last };
      }
    }
    throw new Error(`The stream ended early: ${JSON.stringify(events)}`);
  }
}

export async function errorOf(response: Response): Promise<[number, string]> {
  assert.equal(response.headers.get("content-type"), "application/json");
  const { error } = (await response.json()) as { error: { code: string; message: string } };
  assert.match(error.message, /\.$/);
  return [response.status, error.code];
}
