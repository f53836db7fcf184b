// A list requests its pages itself, whatever happens in between.
import { expect, test } from "vitest";
import { ThreadList } from "../../src/index.js";
import type { ThreadPage, ThreadRecord } from "../../src/index.js";

const record = (id: string): ThreadRecord => ({
  id,
  name: null,
  preview: "",
  createdAt: new Date(0),
  updatedAt: new Date(0),
  lastUsedAt: null,
  cwd: "/",
  git: null,
  model: null,
  modelProvider: "openai",
  modelReasoningEffort: null,
  source: "cli",
  threadSource: null,
  status: "not_loaded",
  archived: false,
  ephemeral: false,
  forkedFromId: null,
  parentThreadId: null,
  path: null,
  codexVersion: "0.0.0",
});

/** Pages by cursor: the first is at `""`. */
function listOf(pages: Record<string, { ids: string[]; next: string | null }>, limit?: number) {
  const asked: string[] = [];
  const load = (cursor: string | null): Promise<ThreadPage> => {
    asked.push(cursor ?? "");
    const page = pages[cursor ?? ""];
    if (!page) return Promise.reject(new Error(`no page at ${cursor}`));
    return Promise.resolve({ threads: page.ids.map(record), nextCursor: page.next });
  };
  const ids = async () => (await new ThreadList(load, limit).toArray()).map(({ id }) => id);
  return { list: new ThreadList(load, limit), ids, asked };
}

test("pages follow each other, including empty ones", async () => {
  const { ids, asked } = listOf({
    "": { ids: ["a", "b"], next: "1" },
    "1": { ids: [], next: "2" },
    "2": { ids: ["c"], next: null },
  });
  expect(await ids()).toEqual(["a", "b", "c"]);
  expect(asked).toEqual(["", "1", "2"]);
});

test("a page is requested only when it is needed", async () => {
  const { ids, asked } = listOf({ "": { ids: ["a", "b"], next: "1" }, "1": { ids: ["c"], next: null } }, 2);
  expect(await ids()).toEqual(["a", "b"]);
  expect(asked).toEqual([""]);
  const { list, asked: askedByLoop } = listOf({ "": { ids: ["a", "b"], next: "1" } });
  for await (const thread of list) if (thread.id === "b") break;
  expect(askedByLoop).toEqual([""]);
});

test("a thread that moved between two pages is listed once", async () => {
  const { ids } = listOf({ "": { ids: ["a", "b"], next: "1" }, "1": { ids: ["b", "c"], next: null } }, 3);
  expect(await ids()).toEqual(["a", "b", "c"]);
});

test("cursors that repeat end the list", async () => {
  const { ids, asked } = listOf({ "": { ids: ["a"], next: "1" }, "1": { ids: ["b"], next: "1" } });
  expect(await ids()).toEqual(["a", "b"]);
  expect(asked).toEqual(["", "1"]);
});

test("an error ends the loop, and a list can be iterated again", async () => {
  const { list } = listOf({ "": { ids: ["a"], next: "gone" } });
  await expect(list.toArray()).rejects.toThrow("no page at gone");
  const again = listOf({ "": { ids: ["a"], next: null } });
  expect((await again.list.toArray()).map(({ id }) => id)).toEqual(["a"]);
  expect((await again.list.toArray()).map(({ id }) => id)).toEqual(["a"]);
});
