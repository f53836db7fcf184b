// A worker of Restate is killed while it has turns: another one takes over, and no prompt or command runs twice.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ThreadStore } from "../../../src/index.js";
import type { RunSummary, ThreadState } from "../../../src/restate/index.js";
import { fileStore } from "../../../src/store/index.js";
import { runCommand, say } from "../../../src/testing/index.js";
import { ingressClient, startRestate, whyNoRestate } from "../../support/durable/restate-server.js";
import type { RestateServer } from "../../support/durable/restate-server.js";
import { balancer, startRestateWorker } from "../../support/durable/restate-workers.js";
import type { RestateWorker } from "../../support/durable/restate-workers.js";
import { allProcesses } from "../../support/model-processes.js";
import { sharedDirectory } from "../../support/stores/stored-threads.js";
import { scriptedModel, temporaryDirectory } from "../../support/workspace.js";

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

const runs = (file: string) => (existsSync(file) ? readFileSync(file, "utf8").trim().split("\n").length : 0);

const codexOf = ({ codexHome }: RestateWorker) =>
  allProcesses().filter(
    ({ commandLine, environment }) =>
      commandLine.includes("app-server") && environment.includes(`CODEX_HOME=${codexHome}`),
  );

const eventually = { timeout: 20_000 };

async function storedText(store: ThreadStore, threadId: string): Promise<string> {
  const head = await store.head(threadId);
  return Buffer.from(await store.read(threadId, head?.manifest?.currentFile ?? "")).toString();
}

describe.skipIf(missing !== undefined)(`Restate${missing === undefined ? "" : ` (skipped: ${missing})`}`, () => {
  test("a worker is killed with five turns: each continues as configured, and nothing runs twice", async () => {
    const workingDirectory = temporaryDirectory();
    const model = await scriptedModel((request) => {
      const [, kind, name] = /^(work|ask) (\S+)$/.exec(request.userTexts.at(-1) ?? "") ?? [];
      const isTold = JSON.stringify(request.input.slice(-3)).includes("approved now");
      const mustAsk = kind === "ask" && (isTold || request.newOutputs.length === 0);
      const wasLost = JSON.stringify(request.input).includes("was lost");
      if (mustAsk) return runCommand(`echo run >> ${name}`, { login: false, yieldTimeMs: 30_000, escalate: "May I?" });
      if (kind !== "work" || request.newOutputs.length > 0 || wasLost) return say("Done.");
      return runCommand(`echo run >> ${name}; sleep 60`, { login: false, yieldTimeMs: 60_000 });
    });
    const { directory: shared } = sharedDirectory();
    const work = { sandboxMode: "danger-full-access" };
    const ask = { sandboxMode: "workspace-write", waitForApprovals: true };
    const objects = [
      { ...work, name: "fails", onWorkerLoss: "fail" as const },
      { ...work, name: "asks", onWorkerLoss: "ask" as const },
      { ...work, name: "continues", onWorkerLoss: "continue" as const },
      { ...ask, name: "parked", parkAfterMs: 10 },
      { ...ask, name: "waits", parkAfterMs: 60_000 },
    ];
    const options = { model, directory: shared, leaseMs: 3_000, workingDirectory, objects };
    const { uri, to } = await balancer();
    const [lost, other] = await Promise.all([startRestateWorker(options), startRestateWorker(options)]);
    to(lost.port);
    await server.register(uri);
    const clients = Object.fromEntries(objects.map(({ name }) => [name, ingressClient(server, name, "chat")]));
    const { asks, parked, waits } = clients;
    const counter = (name: string) => path.join(workingDirectory, name);
    const promptOf = (name: string) => `${name === "parked" || name === "waits" ? "ask" : "work"} ${name}`;
    // Two conversations may use the same turn key.
    const outcomes = Object.fromEntries(
      Object.entries(clients).map(([name, { call }]) => [
        name,
        call<RunSummary>("run", { input: promptOf(name), turnKey: "first" }),
      ]),
    );
    const [approvalOfParked, approvalOfWaiting] = await Promise.all([parked!.waiting(), waits!.waiting()]);
    for (const { name } of objects.slice(0, 3)) await expect.poll(() => runs(counter(name)), eventually).toBe(1);
    // A call that the store does not have yet would be missing in the outcomes.
    const store = fileStore(shared);
    for (const { name } of objects.slice(0, 3)) {
      const { threadId } = await clients[name]!.call<ThreadState>("state");
      await expect.poll(() => storedText(store, threadId ?? ""), eventually).toContain('"function_call"');
    }
    // The turn is parked: its thread was released.
    const lease = async () => (await store.head(approvalOfParked.threadId ?? ""))?.lease;
    await expect.poll(lease, eventually).toBe(null);
    to(other.port);
    lost.process.kill("SIGKILL");
    await lost.ended;

    expect(await outcomes["fails"]).toMatchObject({
      status: "interrupted",
      unfinishedCalls: [{ name: "exec_command" }],
    });
    expect(await outcomes["continues"]).toMatchObject({ status: "completed", finalResponse: "Done." });
    const { request } = await asks!.waiting();
    expect(request).toMatchObject({ type: "worker_lost", unfinishedCalls: [{ name: "exec_command" }] });
    expect(await asks!.call("approve", { id: request?.id, decision: "approve" })).toBe(true);
    expect(await outcomes["asks"]).toMatchObject({ status: "completed", turnKey: "first" });

    for (const [client, state] of [
      [parked!, approvalOfParked],
      [waits!, approvalOfWaiting],
    ] as const) {
      expect(await client.call("approve", { id: "unknown", decision: "approve" })).toBe(false);
      const answer = { id: state.request?.id, decision: "approve" };
      const answers = await Promise.all([client.call("approve", answer), client.call("approve", answer)]);
      expect(answers.toSorted()).toEqual([false, true]);
    }
    expect(await outcomes["parked"]).toMatchObject({ status: "completed", finalResponse: "Done.", turnKey: "first" });
    expect(await outcomes["waits"]).toMatchObject({ status: "completed", finalResponse: "Done.", turnKey: "first" });

    for (const { name } of objects) {
      expect([name, runs(counter(name))]).toEqual([name, 1]);
      const prompt = promptOf(name);
      const sent = model.requests.filter(({ userTexts, input }) => {
        const last = input.at(-1);
        return userTexts.at(-1) === prompt && JSON.stringify(last).includes(prompt);
      });
      expect([name, sent.length]).toEqual([name, 1]);
      expect(await clients[name]!.call<ThreadState>("state")).toMatchObject({ status: "idle", request: null });
    }
  }, 60_000);

  test("a worker that is paused beyond its lease: another one continues, and the first can write nothing afterwards", async () => {
    const workingDirectory = temporaryDirectory();
    const counter = path.join(workingDirectory, "counter");
    const model = await scriptedModel((request) => {
      const isWork = request.userTexts.at(-1) === "work" && request.newOutputs.length === 0;
      if (!isWork || JSON.stringify(request.input).includes("was lost")) return say("Done.");
      return runCommand(`echo run >> ${counter}; sleep 60`, { login: false, yieldTimeMs: 60_000 });
    });
    const { directory: shared } = sharedDirectory();
    const objects = [{ name: "pauses", sandboxMode: "danger-full-access", onWorkerLoss: "continue" as const }];
    const options = { model, directory: shared, leaseMs: 3_000, workingDirectory, objects };
    const { uri, to, cut } = await balancer();
    const [paused, other] = await Promise.all([startRestateWorker(options), startRestateWorker(options)]);
    to(paused.port);
    await server.register(uri);
    const { call } = ingressClient(server, "pauses", "chat");
    const outcome = call<RunSummary>("run", { input: "work" });
    await expect.poll(() => runs(counter), eventually).toBe(1);
    const store = fileStore(shared);
    const { threadId } = await call<ThreadState>("state");
    await expect.poll(() => storedText(store, threadId ?? ""), eventually).toContain('"function_call"');
    paused.process.kill("SIGSTOP");
    to(other.port);
    cut();
    expect(await outcome).toMatchObject({ status: "completed", finalResponse: "Done." });
    const before = await store.head(threadId ?? "");

    paused.process.kill("SIGCONT");
    // It notices that its lease is lost, and stops its Codex.
    await expect.poll(() => codexOf(paused).length, eventually).toBe(0);
    expect(await store.head(threadId ?? "")).toEqual(before);
    expect(runs(counter)).toBe(1);
    to(paused.port);
    cut();
    expect(await call<RunSummary>("run", { input: "next" })).toMatchObject({ status: "completed", threadId });
    const prompts = model.requests.at(-1)?.userTexts.filter((text) => !text.startsWith("<"));
    expect(prompts).toEqual(["work", "next"]);
    expect(model.requests.filter(({ input }) => JSON.stringify(input.at(-1)).includes('"work"'))).toHaveLength(1);
  });
});
