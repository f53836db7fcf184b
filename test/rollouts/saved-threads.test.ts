// Information of saved threads that can be read without Codex.
import { mkdirSync, utimesSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { newestThreadIn } from "../../src/rollouts/find-rollouts.js";
import { readSavedThread } from "../../src/rollouts/saved-thread.js";
import { temporaryDirectory } from "../support/workspace.js";

const id = "01a2023f-e236-7300-8182-5264b33d71d5";

interface Rollout {
  threadId: string;
  day?: string;
  meta?: object;
  lines?: readonly (object | string)[];
  modified?: number;
}

function save(codexHome: string, { threadId, day = "2026/11/22", meta = {}, lines = [], modified = 1 }: Rollout): void {
  const directory = path.join(codexHome, "sessions", day);
  mkdirSync(directory, { recursive: true });
  const payload = { id: threadId, cwd: "/work", source: "exec", model_provider: "mine", ...meta };
  const records = [{ type: "session_meta", payload }, ...lines];
  const text = records.map((record) => `${typeof record === "string" ? record : JSON.stringify(record)}\n`).join("");
  const file = path.join(directory, `rollout-${day.replaceAll("/", "-")}T07-54-30-${threadId}.jsonl`);
  writeFileSync(file, text);
  utimesSync(file, modified, modified);
}

function counted(input: number): object {
  const info = { total_token_usage: { input_tokens: input, output_tokens: 1 }, last_token_usage: { input_tokens: 1 } };
  return { type: "event_msg", payload: { type: "token_count", info } };
}

test("a thread's provider and its last total are found, on whichever day it was saved", async () => {
  for (const day of ["2026/11/22", "2026/11/21", "2031/01/01"]) {
    const home = temporaryDirectory();
    save(home, {
      threadId: id,
      day,
      lines: [counted(1), counted(2), { type: "event_msg", payload: { type: "token_count", info: null } }],
    });
    expect(await readSavedThread(home, id)).toMatchObject({ modelProvider: "mine", total: { input_tokens: 2 } });
  }
});

test("a total far from the end, behind megabytes of output that mentions totals, is found", async () => {
  const home = temporaryDirectory();
  const noise = { type: "response_item", payload: { output: `${JSON.stringify(counted(9))}${"x".repeat(3_000_000)}` } };
  save(home, { threadId: id, lines: [counted(7), noise, noise] });
  expect((await readSavedThread(home, id))?.total).toMatchObject({ input_tokens: 7 });
});

test("a thread without counted tokens has zero; a missing thread is undefined", async () => {
  const home = temporaryDirectory();
  expect(await readSavedThread(home, id)).toBeUndefined();
  save(home, { threadId: id });
  expect((await readSavedThread(home, id))?.total).toMatchObject({ input_tokens: 0 });
  expect(await readSavedThread(home, id.replace("5264", "5265"))).toBeUndefined();
});

test("the newest thread of a directory is found by use, without other directories, subagents and unreadable files", async () => {
  const home = temporaryDirectory();
  expect(await newestThreadIn(home, "/work")).toBeUndefined();
  save(home, { threadId: "a", day: "2026/01/01", modified: 50 });
  save(home, { threadId: "b", day: "2026/02/01", modified: 10 });
  save(home, { threadId: "c", meta: { cwd: "/elsewhere" }, modified: 60 });
  save(home, { threadId: "d", meta: { source: { subagent: "review" } }, modified: 70 });
  writeFileSync(path.join(home, "sessions/2026/11/22/rollout-e.jsonl"), "not JSON\n");
  expect(await newestThreadIn(home, "/work")).toBe("a");
  expect(await newestThreadIn(home, "/elsewhere")).toBe("c");
});
