// Conversations in a store: any machine can continue them with their whole history, one machine at a time.
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { runTurnOnce, StoreError } from "../../../src/index.js";
import type { ThreadEvent } from "../../../src/index.js";
import { deferred } from "../../../src/internal/deferred.js";
import { say } from "../../../src/testing/index.js";
import { rolloutFiles } from "../../support/rollouts.js";
import { adjustable, machine, sharedDirectory } from "../../support/stores/stored-threads.js";
import { codexOn, scriptedModel, temporaryDirectory } from "../../support/workspace.js";

const answers = () => say("Answered.");

test("a thread continues on another machine with its history, once the first machine has released it", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const [one, other] = [machine(model, open()), machine(model, open())];
  const workingDirectory = temporaryDirectory();
  const thread = one.codex.startThread(model.threadOptions({ workingDirectory }));
  await thread.run("one");
  await thread.run("two");
  const id = thread.id ?? "";

  const busy = await other.codex
    .resumeThread(id)
    .run("not yet")
    .catch((error: unknown) => error);
  expect(busy).toMatchObject({ code: "thread_busy", isRetryable: true, retryAfterMs: expect.any(Number) });
  expect(model.requests).toHaveLength(2);

  await one.codex.close();
  const turn = await other.codex.resumeThread(id, model.threadOptions()).run("three");
  expect(turn.finalResponse).toBe("Answered.");
  expect(model.requests[2]?.userTexts.slice(-3)).toEqual(["one", "two", "three"]);
  expect((await other.codex.readThread(id)).turns.map(({ input }) => input[0])).toMatchObject([
    { text: "one" },
    { text: "two" },
    { text: "three" },
  ]);
});

test("the store has every byte of the turn before turn.completed is read", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const { codex, codexHome } = machine(model, open());
  const thread = codex.startThread(model.threadOptions());
  const reader = open();
  for (const prompt of ["one", "two"]) {
    const turn = await thread.runStreamed(prompt);
    let end: ThreadEvent | undefined;
    for await (const event of turn.events) {
      if (event.type !== "turn.completed") continue;
      end = event;
      const [file] = rolloutFiles(codexHome);
      const head = await reader.head(thread.id ?? "");
      const name = head?.manifest?.currentFile ?? "";
      expect(file?.endsWith(name)).toBe(true);
      const stored = Buffer.from(await reader.read(thread.id ?? "", name));
      expect(stored.equals(readFileSync(file ?? ""))).toBe(true);
      expect(stored.toString()).toContain("task_complete");
    }
    expect(end).toBeDefined();
  }
});

test("a turn whose end is several megabytes behind is stored in pieces, and its marks with the last one", async () => {
  const model = await scriptedModel(answers);
  const inner = sharedDirectory().open();
  const store = adjustable(inner);
  const sent: { bytes: number; hasMarks: boolean }[] = [];
  store.replace({
    append: async (claim, change) => {
      sent.push({ bytes: change.writes?.[0]?.bytes.length ?? 0, hasMarks: change.marks !== undefined });
      // Nothing is sent during the turn, so that its end has all of it to send.
      if (sent.length === 2) await new Promise((resolve) => setTimeout(resolve, 2_000));
      await inner.append(claim, change);
    },
  });
  const { codex, codexHome } = machine(model, store);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("one");
  sent.length = 0;
  const input = ["é", "è"].map((letter) => ({ type: "text" as const, text: letter.repeat(500_000) }));
  const turn = await runTurnOnce(thread, { turnKey: "large", input });
  expect(turn.status).toBe("completed");
  // The first one is the mark of the start.
  const pieces = sent.slice(1);
  expect(pieces.map(({ hasMarks }) => hasMarks)).toEqual([...pieces.slice(1).map(() => false), true]);
  expect(pieces.some(({ bytes }) => bytes > 1_048_576)).toBe(true);
  const file = rolloutFiles(codexHome)[0] ?? "";
  const head = await store.head(thread.id ?? "");
  const stored = await store.read(thread.id ?? "", head?.manifest?.currentFile ?? "");
  expect(Buffer.from(stored).equals(readFileSync(file))).toBe(true);
});

test("when the store cannot be reached, the turn fails and nothing is sent to the model", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory({ leaseMs: 3_000 });
  const store = adjustable(open());
  const { codex } = machine(model, store);
  const thread = codex.startThread(model.threadOptions());
  const refuse = () => Promise.reject(new StoreError("No route to the store."));

  store.replace({ claim: refuse });
  await expect(thread.run("never")).rejects.toMatchObject({ code: "store", message: "No route to the store." });
  expect(model.requests).toHaveLength(0);

  store.replace({});
  await thread.run("one");
  store.replace({ renew: refuse, append: refuse });
  await expect(thread.run("never")).rejects.toMatchObject({ code: "store", isRetryable: true });
  expect(model.requests).toHaveLength(1);

  store.replace({});
  await thread.run("two");
  expect(model.requests[1]?.userTexts.slice(-2)).toEqual(["one", "two"]);
});

test("a thread of this CODEX_HOME that the store does not know is added to it", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const codexHome = temporaryDirectory("codex-sdk-home-", "/var/tmp");
  const { codex: before } = machine(model, open(), { codexHome });
  const local = codexOn(model, { codexHome });
  const thread = local.startThread(model.threadOptions());
  await thread.run("one");
  const fork = await thread.fork();
  await fork.run("two");
  await local.close();

  await before.resumeThread(fork.id ?? "", model.threadOptions()).run("three");
  await before.close();
  const { codex } = machine(model, open());
  await codex.resumeThread(fork.id ?? "", model.threadOptions()).run("four");
  expect(model.requests.at(-1)?.userTexts.slice(-4)).toEqual(["one", "two", "three", "four"]);
});

test("an unknown thread is not found, and leaves nothing in the store", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const { codex } = machine(model, open());
  const id = "01a20222-4e63-7122-a53d-6a8230e28aaa";
  await expect(codex.resumeThread(id).run("never")).rejects.toMatchObject({ code: "thread_not_found" });
  await expect(codex.readThread(id)).rejects.toMatchObject({ code: "thread_not_found" });
  await expect(codex.resumeThread(id).delete()).rejects.toMatchObject({ code: "thread_not_found" });
  expect(await codex.listThreads().toArray()).toEqual([]);
});

test("with releaseAfterMs 0 a thread is free for other machines as soon as its turn has ended", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const store = adjustable(open());
  const released = deferred<void>();
  store.replace({
    release: async (claim) => {
      await open().release(claim);
      released.resolve();
    },
  });
  const one = machine(model, store, { releaseAfterMs: 0 });
  const other = machine(model, open(), { releaseAfterMs: 0 });
  const thread = one.codex.startThread(model.threadOptions());
  await thread.run("one");
  await released.promise;
  await other.codex.resumeThread(thread.id ?? "", model.threadOptions()).run("two");
  await expect.poll(async () => (await open().head(thread.id ?? ""))?.lease ?? null, { timeout: 10_000 }).toBeNull();
  await thread.run("three");
  expect(model.requests.at(-1)?.userTexts.slice(-3)).toEqual(["one", "two", "three"]);
});
