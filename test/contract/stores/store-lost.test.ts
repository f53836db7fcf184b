// What happens to a thread in a store when its writer dies, pauses beyond its lease, or is cut off.
import { setTimeout as delay } from "node:timers/promises";
import { expect, test } from "vitest";
import { StoreError } from "../../../src/index.js";
import { deferred } from "../../../src/internal/deferred.js";
import { pause, respond, runCommand, say, until } from "../../../src/testing/index.js";
import { startHost } from "../../support/host-program.js";
import { adjustable, machine, sharedDirectory } from "../../support/stores/stored-threads.js";
import { scriptedModel, temporaryDirectory } from "../../support/workspace.js";

test("a writer that was paused beyond its lease cannot write, and its Codex is stopped", async () => {
  const release = deferred<void>();
  const model = await scriptedModel((request) =>
    request.lastUserText.includes("slow") ? respond([until(release.promise), say("Late.")]) : say("Answered."),
  );
  const { directory, open } = sharedDirectory({ leaseMs: 3_000 });
  const home = temporaryDirectory("codex-sdk-home-", "/var/tmp");
  const host = await startHost(
    `
    import { fileStore } from "./src/store/index.ts";
    const store = fileStore(process.env.STORE, { leaseMs: 3_000 });
    const codex = new Codex({ ...JSON.parse(process.env.OPTIONS), store });
    const thread = codex.startThread({ model: "gpt-5.5", skipGitRepoCheck: true, workingDirectory: process.env.STORE });
    await thread.run("first");
    console.log("THREAD", thread.id);
    await thread.run("slow").catch((error) => console.log("ENDED", error.code, error.name));
    console.log("DONE");
    await codex.close();
    `,
    { env: { STORE: directory, OPTIONS: JSON.stringify({ ...model.codexOptions(), codexHome: home }) } },
  );
  await host.printed("THREAD");
  const id = /THREAD (\S+)/.exec(host.output())?.[1] ?? "";
  await model.waitForRequest(2);
  await delay(300);
  host.process.kill("SIGSTOP");

  const { codex } = machine(model, open());
  const thread = codex.resumeThread(id, model.threadOptions());
  await retried(() => thread.run("taken over"));
  const before = await open().head(id);
  release.resolve();
  await delay(500);
  host.process.kill("SIGCONT");
  const { output } = await host.ended;
  expect(output).toContain("ENDED lease_lost LeaseLostError");
  const after = await open().head(id);
  expect(after?.version).toBe(before?.version);
  expect(after?.files).toEqual(before?.files);
  const file = after?.manifest?.currentFile ?? "";
  expect(Buffer.from(await open().read(id, file)).toString()).not.toContain("Late.");
  expect(model.requests.at(-1)?.userTexts.slice(-3)).toEqual(["first", "slow", "taken over"]);
});

test("a killed host's turn continues elsewhere as interrupted, after the lease", async () => {
  const model = await scriptedModel((request) =>
    request.functionOutputs.length === 0 && request.lastUserText === "run"
      ? runCommand("sleep 30", { login: false })
      : say("Answered."),
  );
  const { directory, open } = sharedDirectory({ leaseMs: 3_000 });
  const home = temporaryDirectory("codex-sdk-home-", "/var/tmp");
  const host = await startHost(
    `
    import { fileStore } from "./src/store/index.ts";
    const codex = new Codex({ ...JSON.parse(process.env.OPTIONS), store: fileStore(process.env.STORE, { leaseMs: 3_000 }) });
    const thread = codex.startThread({ model: "gpt-5.5", skipGitRepoCheck: true, workingDirectory: process.env.STORE });
    await thread.run("first");
    console.log("THREAD", thread.id);
    const turn = await thread.runStreamed("run");
    for await (const event of turn.events) if (event.type === "item.started") console.log("RUNNING");
    `,
    { env: { STORE: directory, OPTIONS: JSON.stringify({ ...model.codexOptions(), codexHome: home }) } },
  );
  await host.printed("RUNNING");
  const id = /THREAD (\S+)/.exec(host.output())?.[1] ?? "";
  await delay(200);
  host.process.kill("SIGKILL");
  await host.ended;

  const { codex } = machine(model, open());
  await retried(() => codex.resumeThread(id, model.threadOptions()).run("go on"));
  const request = model.requests.at(-1);
  expect(request?.userTexts.slice(-3)).toEqual(["first", "run", "go on"]);
  expect(request?.functionOutputs.map(({ text }) => text)).toEqual(["aborted"]);
  const { turns } = await codex.readThread(id);
  expect(turns.map(({ status }) => status)).toEqual(["completed", "interrupted", "completed"]);
});

test("with storeFailure continue, a turn completes without its store, and the store receives it later", async () => {
  const gate = deferred<void>();
  const model = await scriptedModel(() => respond([until(gate.promise), say("Answered.")]));
  const { open } = sharedDirectory({ leaseMs: 3_000 });
  const store = adjustable(open());
  const { codex } = machine(model, store, { storeFailure: "continue" });
  const thread = codex.startThread(model.threadOptions());
  const turn = thread.run("one");
  await model.waitForRequest(1);
  const refuse = () => Promise.reject(new StoreError("No route to the store."));
  store.replace({ append: refuse, renew: refuse });
  gate.resolve();
  expect((await turn).finalResponse).toBe("Answered.");
  expect((await open().head(thread.id ?? ""))?.manifest).toBeNull();
  store.replace({});
  await expect
    .poll(async () => (await open().head(thread.id ?? ""))?.manifest?.preview, { timeout: 10_000 })
    .toBe("one");
});

test("with storeFailure fail, a turn is interrupted when the store fails", async () => {
  const model = await scriptedModel(() => respond([say("Something."), pause(20_000), say("Never.")]));
  const { open } = sharedDirectory({ leaseMs: 3_000 });
  const store = adjustable(open());
  const { codex } = machine(model, store);
  const thread = codex.startThread(model.threadOptions());
  const turn = thread.run("one");
  await model.waitForRequest(1);
  store.replace({ append: () => Promise.reject(new StoreError("No route to the store.")) });
  await expect(turn).rejects.toMatchObject({ code: "store", message: "No route to the store." });
});

/** Retries while another process holds the thread, with the wait that the error requests. */
async function retried<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      const { code, retryAfterMs } = error as { code?: string; retryAfterMs?: number };
      if (code !== "thread_busy" || attempt === 20) throw error;
      await delay(Math.min(retryAfterMs ?? 100, 500));
    }
  }
}
