// Conversations on the real Restate server, with the real Codex.
import http2 from "node:http2";
import type { AddressInfo } from "node:net";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import * as restate from "@restatedev/restate-sdk";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { codexThread } from "../../../src/restate/index.js";
import type { CodexThreadOptions, RunSummary, ThreadState } from "../../../src/restate/index.js";
import { runCommand, say } from "../../../src/testing/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { startRestate, whyNoRestate } from "../../support/restate-server.js";
import type { RestateServer } from "../../support/restate-server.js";
import { machine, sharedDirectory } from "../../support/stored-threads.js";
import { scriptedModel, temporaryDirectory } from "../../support/workspace.js";
import os from "node:os";

// The SDK of Restate needs Node.js 22 for this function alone.
const needed = Promise as unknown as { withResolvers?: () => unknown };
needed.withResolvers ??= () => {
  let [resolve, reject]: ((value: unknown) => void)[] = [];
  const promise = new Promise((...functions) => ([resolve, reject] = functions));
  return { promise, resolve, reject };
};

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

interface Service {
  call<Result = unknown>(handler: string, input?: unknown): Promise<Result>;
  waiting(): Promise<ThreadState>;
  counter: string;
}

/** A service with a name of its own, so that the tests share a server. */
async function serve(model: ScriptedModel, options: Partial<CodexThreadOptions> = {}): Promise<Service> {
  services += 1;
  const name = `codex-thread-${services}`;
  const { codex } = machine(model, sharedDirectory({ leaseMs: 2_000 }).open());
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
  const call = async <Result>(handler: string, input?: unknown): Promise<Result> => {
    const answer = await fetch(`${server.ingress}/${name}/chat/${handler}`, {
      method: "POST",
      ...(input !== undefined && { headers: { "content-type": "application/json" }, body: JSON.stringify(input) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(text);
    return (text === "" ? undefined : JSON.parse(text)) as Result;
  };
  const waiting = async () => {
    for (;;) {
      const state = await call<ThreadState>("state");
      if (state.status === "waiting") return state;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  return { call, waiting, counter: path.join(workingDirectory, "counter") };
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
      abortTimeoutMs: 60_000,
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

  test.each([60_000, 50])("an approval continues the turn once, parked after %i ms", async (parkAfterMs) => {
    const model = await scriptedModel((request) => {
      const asks = () => runCommand("echo run >> counter", { login: false, yieldTimeMs: 30_000, escalate: "May I?" });
      const isResumed = JSON.stringify(request.input.at(-1)).includes("approved now");
      if (isResumed) return asks();
      return request.newOutputs.length > 0 ? say("Done.") : asks();
    });
    const { call, waiting, counter } = await serve(model, {
      waitForApprovals: true,
      parkAfterMs,
      thread: { sandboxMode: "workspace-write" },
    });
    const running = call<RunSummary>("run", { input: "ask" });
    const { request } = await waiting();
    expect(request).toMatchObject({ type: "approval", request: { type: "command" } });
    if (parkAfterMs < 1_000) await new Promise((resolve) => setTimeout(resolve, 1_500));
    expect(await call("approve", { id: "other", decision: "approve" })).toBe(false);
    expect(await call("approve", { id: request?.id, decision: "approve" })).toBe(true);
    expect(await running).toMatchObject({ status: "completed", finalResponse: "Done." });
    expect(lines(counter)).toBe(1);
    expect(
      model.requests.filter((each) => each.userTexts.at(-1) === "ask" && each.newOutputs.length === 0),
    ).toHaveLength(1);
    const wasParked = model.requests.some((each) => JSON.stringify(each.input).includes("approved now"));
    expect(wasParked).toBe(parkAfterMs < 1_000);
  });
});
