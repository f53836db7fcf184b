// Conversations on the real Restate server, with the real Codex.
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import * as restate from "@restatedev/restate-sdk";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { codexThread } from "../../../src/restate/index.js";
import type { CodexThreadOptions, RunSummary, ThreadState } from "../../../src/restate/index.js";
import { runCommand, say } from "../../../src/testing/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { ingressClient, startRestate, whyNoRestate } from "../../support/durable/restate-server.js";
import type { IngressClient, RestateServer } from "../../support/durable/restate-server.js";
import { machine, sharedDirectory } from "../../support/stores/stored-threads.js";
import { withResolvers } from "../../support/with-resolvers.js";
import { scriptedModel, temporaryDirectory } from "../../support/workspace.js";

withResolvers();

const missing = whyNoRestate();
let server: RestateServer;
let directory: string;

beforeAll(async () => {
  if (missing !== undefined) return;
  directory = mkdtempSync(path.join(os.tmpdir(), "codex-sdk-restate-"));
  server = await startRestate(directory);
}, 90_000);

afterAll(async () => {
  if (missing !== undefined) return;
  await server.close();
  rmSync(directory, { recursive: true, force: true });
});

let services = 0;
const eventually = { timeout: 20_000 };

interface Service extends IngressClient {
  counter: string;
  /** The directory of its store. */
  storeDirectory: string;
  /** Another conversation of the same object. */
  conversation(key: string): IngressClient;
  /** Starts a call without waiting for its result. */
  invocation(handler: string, input: unknown): Promise<Invocation>;
}

interface Invocation {
  cancel(): Promise<void>;
  result(): Promise<string>;
  /** How often Restate has repeated it. */
  repeats(): Promise<number>;
}

/** A service with its own name, so that the tests can share a server. */
async function serve(model: ScriptedModel, options: Partial<CodexThreadOptions> = {}): Promise<Service> {
  services += 1;
  const name = `codex-thread-${services}`;
  const { directory: storeDirectory, open } = sharedDirectory({ leaseMs: 2_000 });
  const { codex } = machine(model, open());
  const workingDirectory = temporaryDirectory();
  const thread = { ...model.threadOptions({ workingDirectory }), ...options.thread };
  const definition = codexThread({ codex, name, ...options, thread });
  const http = http2.createServer(restate.createEndpointHandler({ services: [definition] }));
  const sessions = new Set<http2.ServerHttp2Session>();
  http.on("session", (session) => sessions.add(session));
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
    http.close();
  });
  await server.register(`http://127.0.0.1:${(http.address() as AddressInfo).port}`);
  const conversation = (key: string) => ingressClient(server, name, key);
  const invocation: Service["invocation"] = async (handler, input) => {
    const { ingress, admin } = server;
    const body = { headers: { "content-type": "application/json" }, body: JSON.stringify(input) };
    const sent = await fetch(`${ingress}/${name}/chat/${handler}/send`, { method: "POST", ...body });
    const { invocationId } = (await sent.json()) as { invocationId: string };
    return {
      cancel: async () => {
        const answer = await fetch(`${admin}/invocations/${invocationId}/cancel`, { method: "PATCH" });
        expect(answer.ok, await answer.text()).toBe(true);
      },
      result: async () => (await fetch(`${ingress}/restate/invocation/${invocationId}/attach`)).text(),
      repeats: async () => {
        const query = `SELECT retry_count FROM sys_invocation WHERE id = '${invocationId}'`;
        const headers = { "content-type": "application/json", accept: "application/json" };
        const answer = await fetch(`${admin}/query`, { method: "POST", headers, body: JSON.stringify({ query }) });
        const { rows } = (await answer.json()) as { rows: { retry_count: number | null }[] };
        return rows[0]?.retry_count ?? 0;
      },
    };
  };
  const counter = path.join(workingDirectory, "counter");
  return { ...conversation("chat"), conversation, invocation, counter, storeDirectory };
}

const lines = (file: string) => readFileSync(file, "utf8").trim().split("\n").length;

describe.skipIf(missing !== undefined)(`Restate${missing === undefined ? "" : ` (skipped: ${missing})`}`, () => {
  test("turns of a conversation run in order, with a summary each", async () => {
    const model = await scriptedModel(() => say("Answered."));
    const { call } = await serve(model);
    const first = await call<RunSummary>("run", { input: "one" });
    expect(first).toMatchObject({ status: "completed", finalResponse: "Answered.", error: null, unfinishedCalls: [] });
    const second = await call<RunSummary>("run", { input: "two" });
    expect(second.threadId).toBe(first.threadId);
    expect(model.requests[1]?.userTexts.slice(-2)).toEqual(["one", "two"]);
    expect(await call("state")).toEqual({ status: "idle", threadId: first.threadId, turnKey: null, request: null });
    await expect(call("run", { input: "x", options: { sandboxMode: "danger-full-access" } })).rejects.toThrow(
      "sandboxMode",
    );
    expect(await call("steer", "nobody listens")).toBe(false);
  });

  test("a turn that lasts longer than the timeouts of Restate runs once; interrupt ends it", async () => {
    const model = await scriptedModel((request) =>
      request.newOutputs.length > 0 || request.userTexts.at(-1) !== "slow"
        ? say("Done.")
        : runCommand(`echo run >> counter; sleep 3`, { login: false, yieldTimeMs: 30_000 }),
    );
    const { call, counter } = await serve(model, {
      inactivityTimeoutMs: 1_000,
      abortTimeoutMs: 1_000,
      thread: { sandboxMode: "danger-full-access" },
    });
    expect(await call<RunSummary>("run", { input: "slow" })).toMatchObject({ status: "completed" });
    expect(lines(counter)).toBe(1);

    const running = call<RunSummary>("run", { input: "slow" });
    while ((await call<ThreadState>("state")).status !== "running") await Promise.resolve();
    await model.waitForRequest(3);
    expect(await call("interrupt")).toBe(true);
    expect(await running).toMatchObject({ status: "interrupted", error: { code: "interrupted" } });
  });

  test("a repeated turn key returns the recorded outcome; unusual keys work, and invalid requests are rejected", async () => {
    const model = await scriptedModel(() => say("Answered."));
    const { call, conversation } = await serve(model);
    const first = await call<RunSummary>("run", { input: "one", turnKey: "k" });
    expect(await call("run", { input: "one", turnKey: "k" })).toEqual(first);
    // A key with a number is not a continuation of another key.
    expect(await call("run", { input: "two", turnKey: "k#1" })).toMatchObject({ status: "completed" });
    for (const key of ["../../etc/passwd", "ü \u202e 💥 %2e%2e'\""]) {
      expect(await conversation(key).call("run", { input: "x" })).toMatchObject({ status: "completed" });
    }
    const sent = model.requests.length;
    const rejected: [request: unknown, message: string][] = [
      [{ input: "other", turnKey: "k" }, "was used for another input"],
      [{ input: "x", turnKey: "a\nb" }, "control character"],
      [{ input: "x", turnKey: "k".repeat(500) }, "1 to 360 characters"],
      [{ input: "x".repeat(1_100_000) }, "at most 1048576"],
      [{ input: "" }, "must be a text"],
      [{ input: "x", options: [] }, "must be an object"],
    ];
    for (const [request, message] of rejected) await expect(call("run", request)).rejects.toThrow(message);
    await expect(call("deliver", { type: "interrupt" })).rejects.toThrow("not public");
    const reserved = conversation("codex-sdk:messages:inv_1");
    await expect(reserved.call("run", { input: "x" })).rejects.toThrow("cannot begin with");
    expect(model.requests).toHaveLength(sent);
  });

  test("input that is sent to a running turn reaches it in order; Restate's cancellation ends the turn and its commands", async () => {
    const model = await scriptedModel((request) =>
      request.newOutputs.length > 0 || request.userTexts.at(-1) !== "wait"
        ? say("Done.")
        : runCommand("echo $$ > pid; until [ -e go ]; do sleep 0.05; done", { login: false, yieldTimeMs: 30_000 }),
    );
    const { call, counter, invocation } = await serve(model, { thread: { sandboxMode: "danger-full-access" } });
    const [pid, go] = [path.join(path.dirname(counter), "pid"), path.join(path.dirname(counter), "go")];
    const running = call<RunSummary>("run", { input: "wait" });
    await expect.poll(() => existsSync(pid), eventually).toBe(true);
    const inputs = Array.from({ length: 5 }, (_, index) => `steer ${index}`);
    for (const input of inputs) expect(await call("steer", input)).toBe(true);
    writeFileSync(go, "");
    expect(await running).toMatchObject({ status: "completed" });
    expect(model.requests.at(-1)?.userTexts).toEqual(["wait", ...inputs]);

    rmSync(go);
    rmSync(pid);
    const cancelled = await invocation("run", { input: "wait" });
    await expect.poll(() => existsSync(pid) && readFileSync(pid, "utf8"), eventually).toMatch(/\d+\n/);
    const shell = Number(readFileSync(pid, "utf8"));
    await cancelled.cancel();
    expect(await cancelled.result()).toContain("Cancelled");
    expect(() => process.kill(shell, 0)).toThrow("ESRCH");
    expect(await call("state")).toMatchObject({ status: "idle" });
    expect(await call<RunSummary>("run", { input: "next" })).toMatchObject({ status: "completed" });
  });

  test("an approval continues the turn once", async () => {
    const model = await scriptedModel((request) =>
      request.newOutputs.length > 0
        ? say("Done.")
        : runCommand("echo run >> counter", { login: false, yieldTimeMs: 30_000, escalate: "May I?" }),
    );
    const { call, waiting, counter } = await serve(model, {
      waitForApprovals: true,
      thread: { sandboxMode: "workspace-write" },
    });
    const running = call<RunSummary>("run", { input: "ask" });
    const { request } = await waiting();
    expect(request).toMatchObject({ type: "approval", request: { type: "command" } });
    expect(await call("approve", { id: "other", decision: "approve" })).toBe(false);
    const answers = await Promise.all([1, 2, 3].map(() => call("approve", { id: request?.id, decision: "approve" })));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await running).toMatchObject({ status: "completed", finalResponse: "Done." });
    expect(lines(counter)).toBe(1);
    expect(model.requests).toHaveLength(2);
    expect(await call("approve", { id: request?.id, decision: "approve" })).toBe(false);
  });

  test("a store that is down when a turn begins delays the turn", async () => {
    const model = await scriptedModel(() => say("Answered."));
    const { call, invocation, storeDirectory } = await serve(model);
    const first = await call<RunSummary>("run", { input: "one" });
    renameSync(storeDirectory, `${storeDirectory}.elsewhere`);
    const second = await invocation("run", { input: "two" });
    await expect.poll(() => second.repeats(), eventually).toBeGreaterThan(1);
    expect(model.requests).toHaveLength(1);
    renameSync(`${storeDirectory}.elsewhere`, storeDirectory);
    expect(JSON.parse(await second.result())).toMatchObject({ status: "completed", threadId: first.threadId });
    expect(model.requests[1]?.userTexts.slice(-2)).toEqual(["one", "two"]);
    expect(model.requests).toHaveLength(2);
  });

  test("Restate is killed during a turn: the turn goes on, and the client gets its result from the new server", async () => {
    const model = await scriptedModel((request) =>
      request.newOutputs.length > 0
        ? say("Done.")
        : runCommand("echo run >> counter; until [ -e go ]; do sleep 0.05; done", {
            login: false,
            yieldTimeMs: 30_000,
          }),
    );
    const { call, invocation, counter } = await serve(model, { thread: { sandboxMode: "danger-full-access" } });
    const running = await invocation("run", { input: "work" });
    await expect.poll(() => existsSync(counter), eventually).toBe(true);
    await server.restart();
    writeFileSync(path.join(path.dirname(counter), "go"), "");
    expect(JSON.parse(await running.result())).toMatchObject({ status: "completed", finalResponse: "Done." });
    expect(lines(counter)).toBe(1);
    expect(model.requests).toHaveLength(2);
    expect(await call("state")).toMatchObject({ status: "idle" });
  });
});
