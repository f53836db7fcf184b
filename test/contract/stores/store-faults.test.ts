// A store that fails at single calls: a typed error in time, nothing is sent to the model, and no bytes are lost.
import { setTimeout as delay } from "node:timers/promises";
import { readFileSync, truncateSync } from "node:fs";
import { expect, test } from "vitest";
import { runTurnOnce } from "../../../src/index.js";
import type { Claim, Codex, Thread, ThreadStore } from "../../../src/index.js";
import { say } from "../../../src/testing/index.js";
import { rolloutFiles } from "../../support/rollouts.js";
import {
  adjustable,
  machine,
  sharedDirectory,
  shortCallMs,
  withShortCalls,
} from "../../support/stores/stored-threads.js";
import { scriptedModel, temporaryDirectory } from "../../support/workspace.js";

const answers = () => say("Answered.");

type Call = (...args: never[]) => Promise<unknown>;

const faults: Record<string, (inner: Call) => Call> = {
  throws: () => () => {
    throw new TypeError("store.pool is undefined");
  },
  hangs: () => () => new Promise(() => undefined),
  "answers late":
    (inner) =>
    async (...args) => {
      const answer = await inner(...args);
      await delay(shortCallMs + 100);
      return answer;
    },
  "returns garbage": () => () => Promise.resolve("garbage"),
};

type Work = (thread: Thread, codex: Codex) => Promise<unknown>;

const read: Work = (thread, codex) => codex.readThread(thread.id ?? "");
const once: Work = (thread) => runTurnOnce(thread, { turnKey: "key", input: "never" });
const events: Work = async (thread) => {
  for await (const { event } of thread.events({ follow: false })) expect(event).toBeDefined();
};

const works: [method: "read" | "head" | "mark" | "append" | "delete", name: string, work: Work][] = [
  ["read", "a turn", (thread) => thread.run("never")],
  ["read", "readThread", read],
  ["read", "events", events],
  ["head", "readThread", read],
  ["mark", "runTurnOnce", once],
  ["append", "runTurnOnce", once],
  ["append", "rename", (thread) => thread.rename("Renamed")],
  ["append", "archive", (thread) => thread.archive()],
  ["delete", "delete", (thread) => thread.delete()],
];

test("reads, marks, manifests and deletions that fail, hang, come late or are garbage", async () => {
  const model = await scriptedModel(answers);
  const options = model.threadOptions({ workingDirectory: temporaryDirectory() });
  const { open } = sharedDirectory();
  const one = machine(model, open());
  const ids = await Promise.all(works.map(() => one.codex.startThread(options).create("Named")));
  await one.codex.close();

  const failing = new Map<string, { method: string; fault: (inner: Call) => Call }>();
  const inner = withShortCalls(open());
  const faulty = adjustable(inner);
  const store = new Proxy(faulty, {
    get: (target, method) => {
      const value: unknown = Reflect.get(target, method);
      if (typeof value !== "function") return value;
      return (...args: never[]) => {
        const id = typeof args[0] === "string" ? args[0] : (args[0] as Claim | undefined)?.threadId;
        const failure = failing.get(id ?? "");
        const call = value.bind(target) as Call;
        return failure?.method === method ? failure.fault(call)(...args) : call(...args);
      };
    },
  });
  const { codex, codexHome } = machine(model, store);
  const cases = works.map(async ([method, name, work], index) => {
    const id = ids[index] ?? "";
    const thread = codex.resumeThread(id, options);
    for (const [kind, fault] of Object.entries(faults)) {
      const isGarbage = kind === "returns garbage";
      // What these resolve with is ignored.
      if (isGarbage && (method === "append" || method === "delete")) continue;
      failing.set(id, { method, fault });
      const error = await work(thread, codex).catch((reason: unknown) => reason);
      expect(error, `${method} ${kind} in ${name}`).toMatchObject({ code: "store", isRetryable: !isGarbage });
    }
    failing.delete(id);
  });
  await Promise.all(cases);
  expect(model.requests).toHaveLength(0);

  const after = works.map(async ([, name], index) => {
    const thread = codex.resumeThread(ids[index] ?? "", options);
    if (name === "archive") await thread.unarchive();
    // The deletion that was answered late was applied.
    if (name === "delete") await expect(thread.run("after")).rejects.toMatchObject({ code: "thread_not_found" });
    else await thread.run("after");
  });
  await Promise.all(after);
  expect(model.requests).toHaveLength(works.length - 1);
  for (const file of rolloutFiles(codexHome)) {
    const id = ids.find((each) => file.includes(each)) ?? "";
    const { currentFile = "" } = (await open().head(id))?.manifest ?? {};
    expect(sameBytes(await open().read(id, currentFile ?? ""), readFileSync(file))).toBe(true);
  }
  faulty.replace({ release: () => new Promise(() => undefined), append: () => new Promise(() => undefined) });
  await codex.close();
});

test("a release ends when the store has answered, whoever asked for it", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const store = adjustable(open());
  const { codex } = machine(model, store);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("one");
  let isReleased = false;
  store.replace({
    release: async (claim) => {
      await delay(100);
      await open().release(claim);
      isReleased = true;
    },
  });
  await thread.release();
  expect(isReleased).toBe(true);
});

test("a store that acknowledges what it does not keep: a turn with a key is not sent, and the thread recovers", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const store = adjustable(open());
  const { codex, codexHome } = machine(model, store);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("one");
  const refused = { code: "store", isRetryable: false };
  const lies: Partial<ThreadStore>[] = [
    { append: () => Promise.resolve() },
    { mark: () => Promise.resolve(undefined) },
    { mark: () => Promise.resolve({ state: "ended", outcome: { status: "completed" } }) },
  ];
  for (const lie of lies) {
    store.replace(lie);
    await expect(runTurnOnce(thread, { turnKey: "key", input: "never" })).rejects.toMatchObject(refused);
    store.replace({});
    // Detects that its version is not the store's, or continues where nothing was lost.
    await thread.run("next").catch((error: unknown) => expect(error).toMatchObject(refused));
  }
  await thread.run("last");
  expect(model.requests.flatMap(({ userTexts }) => userTexts)).not.toContain("never");
  const [file = ""] = rolloutFiles(codexHome);
  const { currentFile } = (await open().head(thread.id ?? ""))?.manifest ?? {};
  expect(sameBytes(await open().read(thread.id ?? "", currentFile ?? ""), readFileSync(file))).toBe(true);
});

test("a rollout that another program cut off is not stored, and is restored from the store", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const { codex, codexHome } = machine(model, open());
  const thread = codex.startThread(model.threadOptions());
  await thread.run("one");
  const [file = ""] = rolloutFiles(codexHome);
  const before = readFileSync(file);
  truncateSync(file, before.length - 200);
  await expect(thread.run("two")).rejects.toMatchObject({ code: "store", isRetryable: false });
  const { currentFile } = (await open().head(thread.id ?? ""))?.manifest ?? {};
  expect(sameBytes(await open().read(thread.id ?? "", currentFile ?? ""), before)).toBe(true);
  await thread.run("three");
  const texts = model.requests.at(-1)?.userTexts.filter((text) => !text.startsWith("<"));
  expect(texts).toEqual(["one", "three"]);
});

function sameBytes(left: Uint8Array, right: Uint8Array): boolean {
  return Buffer.compare(left, right) === 0;
}
