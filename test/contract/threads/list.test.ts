// Lists of the threads in CODEX_HOME: filters, pages, search, and broken files.
import path from "node:path";
import { readFileSync, symlinkSync } from "node:fs";
import { expect, test } from "vitest";
import { Codex, codexVersion, InvalidInputError } from "../../../src/index.js";
import type { ListThreadsOptions, ThreadRecord } from "../../../src/index.js";
import { perThread, repeat, say } from "../../../src/testing/index.js";
import { copyThread, rolloutFiles, writeRollout } from "../../support/rollouts.js";
import { codexOn, repository, scriptedModel, temporaryDirectory } from "../../support/workspace.js";

const previews = (threads: ThreadRecord[]) => threads.map((thread) => thread.preview);

/** Three threads: `first` and `second` in one directory, `third` in another. */
async function threeThreads() {
  const model = await scriptedModel((request) => say(`You said ${request.lastUserText}`));
  const codex = codexOn(model);
  const here = repository();
  const there = repository();
  const threads = [];
  for (const [prompt, workingDirectory] of [
    ["first apple", here],
    ["second pear", here],
    ["third apple", there],
  ] as const) {
    const thread = codex.startThread(model.threadOptions({ workingDirectory }));
    await thread.run(prompt);
    threads.push(thread);
  }
  return { model, codex, here, there, threads };
}

test("threads are listed, filtered, sorted and paged", async () => {
  const { codex, here, there, threads } = await threeThreads();
  const list = (options: ListThreadsOptions = {}) => codex.listThreads(options).toArray();

  const all = await list();
  expect(previews(all).toSorted()).toEqual(["first apple", "second pear", "third apple"]);
  const record = all.find((thread) => thread.preview === "first apple");
  expect(record).toEqual({
    id: threads[0]?.id,
    name: null,
    preview: "first apple",
    createdAt: expect.any(Date),
    updatedAt: expect.any(Date),
    lastUsedAt: expect.any(Date),
    cwd: here,
    git: null,
    model: "gpt-5.5",
    modelProvider: "codex-sdk",
    modelReasoningEffort: null,
    source: "vscode",
    threadSource: null,
    status: "idle",
    archived: false,
    ephemeral: false,
    forkedFromId: null,
    parentThreadId: null,
    path: expect.stringContaining(`${threads[0]?.id}.jsonl`),
    codexVersion,
  });
  expect(Math.abs(Date.now() - (record?.createdAt.getTime() ?? 0))).toBeLessThan(60_000);

  expect(previews(await list({ workingDirectory: there }))).toEqual(["third apple"]);
  expect((await list({ workingDirectory: [here, there] })).length).toBe(3);
  expect(await list({ workingDirectory: temporaryDirectory() })).toEqual([]);
  expect(previews(await list({ sort: "created", sortDirection: "asc" }))[0]).toBe("first apple");
  expect((await list({ limit: 2 })).length).toBe(2);
  expect((await list({ pageSize: 1 })).length).toBe(3);
  expect(await list({ sources: ["cli"] })).toEqual([]);
  expect((await list({ sources: ["vscode"] })).length).toBe(3);
  expect(await list({ modelProviders: ["openai"] })).toEqual([]);
  expect((await list({ modelProviders: ["codex-sdk"], rescan: true })).length).toBe(3);

  const first = await codex.listThreads({ pageSize: 2 }).page();
  expect(first.threads.length).toBe(2);
  const second = await codex.listThreads({ pageSize: 2 }).page(first.nextCursor);
  expect(second).toMatchObject({ threads: [{ id: expect.any(String) }], nextCursor: null });
  expect(new Set([...first.threads, ...second.threads].map((thread) => thread.id)).size).toBe(3);
});

test("`search` matches messages, `title` matches names and first prompts", async () => {
  const { codex, here, there, threads } = await threeThreads();
  const list = (options: ListThreadsOptions) => codex.listThreads(options).toArray();

  const found = await list({ search: "APPLE" });
  expect(previews(found).toSorted()).toEqual(["first apple", "third apple"]);
  expect(found[0]?.snippet).toContain("apple");
  expect(previews(await list({ search: "you said second" }))).toEqual(["second pear"]);
  expect(await list({ search: "nobody said this" })).toEqual([]);
  expect(previews(await list({ search: "apple", workingDirectory: there }))).toEqual(["third apple"]);
  expect(await list({ search: "apple", modelProviders: ["openai"] })).toEqual([]);

  await threads[0]?.rename("  Fruit of the day ");
  const [titled] = await list({ title: "Fruit" });
  expect(titled).toMatchObject({ id: threads[0]?.id, name: "Fruit of the day" });
  expect(previews(await list({ title: "second" }))).toEqual(["second pear"]);
  expect(previews(await list({ search: "apple", title: "Fruit" }))).toEqual(["first apple"]);
  expect((await list({ workingDirectory: here, title: "Fruit" })).length).toBe(1);
});

test("a directory is the same for every symbolic link to it", async () => {
  const { codex, there } = await threeThreads();
  const link = path.join(temporaryDirectory(), "link");
  symlinkSync(there, link);
  expect(previews(await codex.listThreads({ workingDirectory: link }).toArray())).toEqual(["third apple"]);
});

test("hundreds of threads are listed quickly, each once, and a rescan finds files that were added by hand", async () => {
  const model = await scriptedModel(perThread([repeat(say("done"), 2)]));
  const first = new Codex(model.codexOptions());
  const thread = first.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("prompt number");
  await first.close();
  const [file = ""] = rolloutFiles(model.codexHome);
  const ids = copyThread(file, { threadId: thread.id ?? "", count: 300, prompt: "prompt number" });

  const codex = codexOn(model);
  expect((await codex.listThreads().toArray()).map(({ id }) => id)).toEqual([thread.id]);
  const rescanned = await codex.listThreads({ rescan: true, sort: "created", sortDirection: "asc" }).toArray();
  expect(rescanned.map(({ id }) => id)).toEqual([...ids, thread.id]);

  const started = performance.now();
  const listed = await codex.listThreads({ sort: "created" }).toArray();
  const elapsedMs = performance.now() - started;
  expect(listed.map(({ id }) => id)).toEqual([...ids, thread.id].toReversed());
  // Measured at about 50 ms; a machine under load gets twenty times that.
  expect(elapsedMs).toBeLessThan(1_000);

  const found = await codex.listThreads({ search: "prompt number 7", pageSize: 5 }).toArray();
  expect(found.length).toBe(11);
}, 60_000);

test("broken files do not hide valid ones from the list", async () => {
  const model = await scriptedModel(perThread([repeat(say("done"), 2)]));
  const first = new Codex(model.codexOptions());
  const thread = first.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("good");
  await first.close();
  const [file = ""] = rolloutFiles(model.codexHome);
  const directory = path.dirname(file);
  const badId = (letter: string) => (thread.id ?? "").slice(0, 24) + letter.repeat(12);
  writeRollout(directory, badId("a"), "2026-01-02T00:00:00Z", "no JSON at all {{{\n");
  writeRollout(directory, badId("b"), "2026-01-02T00:00:01Z", "");
  const text = readFileSync(file, "utf8").replaceAll(thread.id ?? "", badId("c"));
  writeRollout(directory, badId("c"), "2026-01-02T00:00:02Z", `${text.slice(0, text.length / 2)}\u0000\u0000`);

  const codex = codexOn(model);
  for (const rescan of [false, true]) {
    const listed = await codex.listThreads({ rescan }).toArray();
    expect(listed.map(({ id }) => id)).toContain(thread.id);
    expect(listed.map(({ id }) => id)).not.toContain(badId("a"));
  }
  // Codex reports a file without a record as empty. Its own message is the `cause`.
  await expect(codex.readThread(badId("a"))).rejects.toMatchObject({ code: "thread_not_found" });
  expect((await codex.readThread(thread.id ?? "")).turns.length).toBe(1);
  await expect(codex.resumeThread(badId("b")).run("x")).rejects.toMatchObject({ code: "thread_not_found" });
  expect((await codex.resumeThread(thread.id ?? "").run("go on")).finalResponse).toBe("done");
});

test("a list without threads is empty", async () => {
  const model = await scriptedModel([]);
  const codex = codexOn(model);
  expect(await codex.listThreads().toArray()).toEqual([]);
  expect(await codex.listThreads().page()).toEqual({ threads: [], nextCursor: null });
  expect(await codex.listThreads({ search: "anything" }).toArray()).toEqual([]);
  await expect(codex.resumeLastThread()).rejects.toMatchObject({ code: "thread_not_found" });
});

test.each<[string, object]>([
  ["an unknown option", { archive: true }],
  ["a limit of zero", { limit: 0 }],
  ["a fractional limit", { limit: 1.5 }],
  ["a page that is too large", { pageSize: 101 }],
  ["an unknown order", { sort: "name" }],
  ["an empty search", { search: " " }],
  ["no directories", { workingDirectory: [] }],
  ["an unknown source", { sources: ["web"] }],
  ["a value that is not an object", ["archived"]],
])("%s is rejected before Codex is started", (_, options) => {
  const codex = new Codex({ codexPathOverride: "/nonexistent/codex" });
  expect(() => codex.listThreads(options)).toThrow(InvalidInputError);
});

test("an invalid cursor is rejected", async () => {
  const model = await scriptedModel([]);
  const codex = codexOn(model);
  await expect(codex.listThreads().page("")).rejects.toThrow(InvalidInputError);
  await expect(codex.listThreads().page(7 as unknown as string)).rejects.toThrow(InvalidInputError);
  await expect(codex.listThreads().page("made up")).rejects.toThrow(/rejected the cursor.*made up/);
});

test("the last thread of a directory is the most recently used one, not the most recently renamed one", async () => {
  const { codex, here, threads } = await threeThreads();
  await threads[1]?.run("used again, a second later");
  await threads[0]?.rename("renamed last");
  expect((await codex.resumeLastThread({ workingDirectory: here })).id).toBe(threads[1]?.id);
  await threads[1]?.archive();
  expect((await codex.resumeLastThread({ workingDirectory: here })).id).toBe(threads[0]?.id);
});
