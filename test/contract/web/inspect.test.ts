// The inspector with the real Codex: what a page can read of threads, see of running turns, and do.
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { Codex } from "../../../src/index.js";
import { inspect } from "../../../src/inspect/index.js";
import type { Inspector } from "../../../src/inspect/index.js";
import type { InspectEvent, OpenRequest, RowsView, ThreadView } from "../../../src/inspect/api.js";
import { patch, runCommand, say, ScriptedModel, silence } from "../../../src/testing/index.js";
import type { Step } from "../../../src/testing/index.js";
import { errorOf, InspectorClient } from "../../inspect/inspector-client.js";
import { temporaryDirectory } from "../../support/workspace.js";

let model: ScriptedModel;
let codex: Codex;
let reading: Inspector;
let controlling: Inspector;
let reader: InspectorClient;
let controller: InspectorClient;
const steps: Step[] = [];

beforeAll(async () => {
  model = await ScriptedModel.start(() => steps.shift() ?? say("Nothing is left to say."));
  codex = new Codex(model.codexOptions());
  reading = await inspect(codex);
  controlling = await inspect(codex, { control: true, threadOptions: model.threadOptions() });
  reader = await InspectorClient.open(reading);
  controller = await InspectorClient.open(controlling);
});
// A turn that was stopped before its request reached the model leaves its step to the next test.
beforeEach(() => {
  steps.length = 0;
});
afterAll(async () => {
  await Promise.all([reading.close(), controlling.close()]);
  await codex.close();
  await model.close();
});

function newThread(workingDirectory: string) {
  const options = model.threadOptions({ workingDirectory, sandboxMode: "workspace-write" as const });
  return codex.startThread({ ...options, approvalPolicy: "on-request", ...controlling.handlers });
}

/** A finished thread. */
async function recorded(...script: Step[]): Promise<{ id: string; directory: string }> {
  const directory = temporaryDirectory();
  steps.push(...script);
  const thread = newThread(directory);
  await thread.run("Do it.");
  return { id: thread.id!, directory };
}

const unknown = "01a00000-0000-7000-8000-000000000000";
const isEnd = (event: InspectEvent) => event.type === "turn.ended";

test("a thread is listed and read as rows; long texts are read in pieces", async () => {
  const { id } = await recorded(
    runCommand("seq 1 20000", { login: false }),
    patch({ "a.txt": { add: "one\n" } }),
    say("Done <b>it</b>."),
  );
  const { threads } = await reader.read("/threads");
  expect(threads).toContainEqual(expect.objectContaining({ id, preview: "Do it.", isRunning: false, archived: false }));
  const view = await reader.read<ThreadView>(`/threads/${id}`);
  expect(view).toMatchObject({ thread: { id }, rowCount: 5, live: null, turns: [{ status: "completed", row: 0 }] });
  expect(view.turns[0]!.calls).toHaveLength(3);
  const { rows } = await reader.read<RowsView>(`/threads/${id}/rows?from=0&count=10`);
  const items = rows.flatMap((row) => (row.kind === "item" ? [row] : []));
  expect(rows.map(({ kind }) => kind)).toEqual(["prompt", "item", "item", "item", "end"]);
  expect(items.map(({ item }) => item.type)).toEqual(["command_execution", "file_change", "agent_message"]);
  const [command] = items;
  const [cut] = command!.cuts;
  expect(cut).toMatchObject({ path: "/aggregated_output" });
  const query = `turn=${view.turns[0]!.id}&item=${command!.item.id}`;
  const text = await reader.read(`/threads/${id}/text?${query}&path=/aggregated_output&from=2&count=4`);
  const raw = await reader.read(`/threads/${id}/raw?${query}`);
  expect(text).toEqual({ text: raw.aggregated_output.slice(2, 6), from: 2, length: raw.aggregated_output.length });
  expect(await reader.read(`/threads/${id}/rows?from=3&count=1`)).toMatchObject({
    from: 3,
    rows: [{ item: { text: "Done <b>it</b>." } }],
  });
  const { items: changes } = await reader.read(`/threads/${id}/changes?turn=${view.turns[0]!.id}`);
  expect(changes).toMatchObject([{ item: { type: "file_change", changes: [{ kind: "add" }] } }]);
});

test("unknown resources, and invalid numbers, cursors and IDs, have a clear status", async () => {
  const { id } = await recorded(say("Hello."));
  const turn = (await reader.read<ThreadView>(`/threads/${id}`)).turns[0]!.id;
  const expected: [string, number, string][] = [
    ["/none", 404, "not_found"],
    [`/threads/${id}/none`, 404, "not_found"],
    [`/threads/${id}/rows/more`, 404, "not_found"],
    [`/threads/${unknown}`, 404, "thread_not_found"],
    [`/threads/${unknown}/rows`, 404, "thread_not_found"],
    ["/threads/not-an-id", 400, "invalid_thread_id"],
    ["/threads/%00", 400, "invalid_thread_id"],
    ["/threads/%ff", 404, "not_found"],
    [`/threads/${id}/rows?from=-1`, 400, "invalid_query"],
    [`/threads/${id}/rows?from=1e9`, 400, "invalid_query"],
    [`/threads/${id}/raw?turn=${turn}`, 400, "invalid_query"],
    [`/threads/${id}/raw?turn=${turn}&item=none`, 404, "item_not_found"],
    [`/threads/${id}/script?turn=none`, 404, "turn_not_found"],
    [`/threads/${id}/text?turn=${turn}&path=/constructor/name`, 404, "text_not_found"],
    ["/threads?cursor=wrong", 400, "invalid_input"],
    ["/events?cursor=wrong", 400, "invalid_cursor"],
    ["/events?cursor=000000000000:1", 400, "invalid_cursor"],
  ];
  for (const [where, status, code] of expected) {
    expect([where, ...(await errorOf(await reader.fetch(where)))]).toEqual([where, status, code]);
  }
  expect(await reader.read(`/threads/${id}/rows?from=1000`)).toEqual({ from: 1000, rows: [] });
});

test("without control every write is rejected, and no request is sent to the page", async () => {
  const { id } = await recorded(say("Hello."));
  expect(reading.handlers).toEqual({});
  expect(await reader.read("/state")).toMatchObject({ hasControl: false });
  for (const action of ["send", "steer", "stop", "fork", "rename", "archive", "resume"]) {
    expect(await errorOf(await reader.write(`/threads/${id}/${action}`, { text: "x", name: "x" }))).toEqual([
      403,
      "read_only",
    ]);
  }
  expect(await errorOf(await reader.write("/requests/x", { decision: "approve" }))).toEqual([403, "read_only"]);
});

test("a running turn is visible from its start or from a cursor, identically for each viewer, until it is stopped", async () => {
  const directory = temporaryDirectory();
  steps.push(
    runCommand("sleep 0.5; echo first; while [ ! -e go ]; do sleep 0.05; done; echo second", { login: false }),
    silence({ text: "Then" }),
  );
  const { cursor } = await reader.read("/state");
  const turn = newThread(directory).run("Watch me.");
  turn.catch(() => undefined); // It is awaited below, after it was stopped.
  const early = await reader.eventsUntil(cursor, (event) => JSON.stringify(event).includes("first\\n"));
  const started = early.events.find((event) => event.type === "turn.started")!;
  const { threadId } = started;
  const view = await reader.read<ThreadView>(`/threads/${threadId}`);
  expect(view).toMatchObject({
    rowCount: 0,
    thread: { isRunning: true },
    live: { key: started.turn.key, input: "Watch me." },
  });
  expect(view.live!.items.map(({ item }) => item)).toMatchObject([
    { aggregated_output: "first\n", status: "in_progress" },
  ]);
  writeFileSync(path.join(directory, "go"), "");
  const hasText = (event: InspectEvent) => "item" in event && event.item.type === "agent_message";
  const [late, whole] = await Promise.all([
    reader.eventsUntil(early.cursor, hasText),
    reader.eventsUntil(cursor, hasText),
  ]);
  expect([...early.events, ...late.events]).toEqual(whole.events);
  // Another part of the program runs the turn. The page can still stop it.
  const ended = reader.eventsUntil(late.cursor, isEnd);
  expect((await controller.write(`/threads/${threadId}/stop`)).status).toBe(200);
  // The program did not interrupt the turn itself, so it sees an interrupt by Codex.
  await expect(turn).rejects.toMatchObject({ code: "turn_failed", message: "Codex interrupted the turn." });
  expect((await ended).events.at(-1)).toMatchObject({ type: "turn.ended", threadId, key: started.turn.key });
  const after = await reader.read<ThreadView>(`/threads/${threadId}`);
  expect(after).toMatchObject({ live: null, turns: [{ status: "interrupted" }], thread: { isRunning: false } });
  expect(await errorOf(await controller.write(`/threads/${threadId}/stop`))).toEqual([409, "turn_not_running"]);
  expect(await errorOf(await controller.write(`/threads/${threadId}/steer`, { text: "x" }))).toEqual([
    409,
    "turn_not_running",
  ]);
});

test("a request for approval waits for an answer, which is accepted once and only if it is valid", async () => {
  steps.push(runCommand("echo out", { escalate: "May I?", login: false }), say("Thanks."));
  const { cursor } = await controller.read("/state");
  const turn = newThread(temporaryDirectory()).run("Ask me.");
  const asked = await controller.eventsUntil(cursor, ({ type }) => type === "request");
  const { request: open } = asked.events.at(-1) as { request: OpenRequest };
  expect(open).toMatchObject({ isCut: false, request: { type: "command", reason: "May I?" } });
  expect((await controller.read("/state")).requests).toEqual([open]);
  const answer = (body: object) => controller.write(`/requests/${open.id}`, body);
  expect(await errorOf(await answer({}))).toEqual([400, "invalid_body"]);
  expect(await errorOf(await answer({ decision: "constructor" }))).toEqual([400, "decision_not_possible"]);
  expect((await answer({ decision: "approve" })).status).toBe(200);
  expect((await turn).items).toContainEqual(
    expect.objectContaining({ aggregated_output: "out\n", status: "completed" }),
  );
  expect(await errorOf(await answer({ decision: "decline" }))).toEqual([409, "already_answered"]);
  expect(await errorOf(await controller.write("/requests/none", { decision: "approve" }))).toEqual([
    404,
    "request_not_found",
  ]);
  expect((await controller.read("/state")).requests).toEqual([]);
});

test("a page sends messages, and renames, forks, archives and restores threads", async () => {
  const { id } = await recorded(say("Hello."));
  const act = (action: string, body: object = {}) => controller.write(`/threads/${id}/${action}`, body);
  steps.push(silence({ text: "Wait" }));
  const { cursor } = await controller.read("/state");
  expect((await act("send", { text: "Go on." })).status).toBe(200);
  expect(await errorOf(await act("send", { text: "Twice." }))).toEqual([409, "turn_running"]);
  expect(await errorOf(await act("archive"))).toEqual([409, "thread_busy"]);
  await controller.eventsUntil(cursor, (event) => "item" in event && event.item.type === "agent_message");
  expect((await act("stop")).status).toBe(200);
  const { events } = await controller.eventsUntil(cursor, isEnd);
  expect(events).toContainEqual(expect.objectContaining({ type: "turn.started", threadId: id }));
  expect((await act("rename", { name: "Greeting" })).status).toBe(200);
  expect(await controller.read(`/threads/${id}`)).toMatchObject({ thread: { name: "Greeting" } });
  expect(await errorOf(await act("rename", { name: " " }))).toEqual([400, "invalid_body"]);
  const fork = (await (await act("fork")).json()) as { threadId: string };
  expect(await controller.read(`/threads/${fork.threadId}`)).toMatchObject({ thread: { forkedFromId: id } });
  expect((await controller.write(`/threads/${fork.threadId}/archive`)).status).toBe(200);
  const archived = await controller.read("/threads?archived=1");
  expect(archived.threads.map((thread: { id: string }) => thread.id)).toContain(fork.threadId);
  // An archived thread is readable, but cannot continue.
  expect(await controller.read(`/threads/${fork.threadId}`)).toMatchObject({ thread: { archived: true } });
  const refused = await controller.write(`/threads/${fork.threadId}/send`, { text: "Hi." });
  expect(await errorOf(refused)).toEqual([409, "thread_archived"]);
  expect((await controller.write(`/threads/${fork.threadId}/resume`)).status).toBe(200);
  expect(await controller.read(`/threads/${fork.threadId}`)).toMatchObject({ thread: { archived: false } });
  expect(await errorOf(await controller.write(`/threads/${unknown}/send`, { text: "Hi." }))).toEqual([
    404,
    "thread_not_found",
  ]);
});

test("a turn that was saved as a test replays identically in another directory", async () => {
  const { id } = await recorded(
    [say("I look.", { phase: "commentary" }), runCommand("printf 'it''s \"here\" $HOME\\n'", { login: false })],
    // Lines that look like the headers of a diff.
    patch({ "b.txt": { add: "one\n-- two\n" } }),
    patch({ "b.txt": { update: { from: "-- two", to: "++ three" }, moveTo: "sub/c.txt" } }),
    runCommand("cat c.txt", { login: false, workdir: "sub" }),
    say("Done: \u2028 `${1}`.", { phase: "final_answer" }),
  );
  const turn = (await reader.read<ThreadView>(`/threads/${id}`)).turns[0]!.id;
  const { text } = await reader.read(`/threads/${id}/script?turn=${turn}`);
  const file = path.join(temporaryDirectory(), "saved.mjs");
  const testing = path.resolve(import.meta.dirname, "../../../src/testing/index.ts");
  writeFileSync(file, text.replace('"codex-sdk/testing"', JSON.stringify(testing)));
  const saved = (await import(file)) as { prompt: string; script: Step[] };
  expect(saved.prompt).toBe("Do it.");
  const again = await recorded(...saved.script);
  expect(await itemsOf(again)).toEqual(await itemsOf({ id }));
  expect(readFileSync(path.join(again.directory, "sub/c.txt"), "utf8")).toBe("one\n++ three\n");
});

/** The actions of a turn, without its directory. */
async function itemsOf({ id }: { id: string }) {
  const { turns, cwd } = await codex.readThread(id);
  return turns[0]!.items.map((item) => {
    if (item.type === "command_execution") {
      return [item.command, item.aggregated_output, item.exit_code, path.relative(cwd, item.cwd ?? cwd)];
    }
    if (item.type !== "file_change") return "text" in item ? item.text : item.type;
    return item.changes.map(({ kind, diff, path: file }) => [
      kind,
      path.relative(cwd, file),
      diff?.replaceAll(/^[-+]{3} .*$/gm, ""),
    ]);
  });
}

test("a page that disconnects in the middle of a response, and many pages at once, leave nothing open", async () => {
  const { cursor } = await reader.read("/state");
  const gone = new AbortController();
  const responses = await Promise.all(
    Array.from({ length: 60 }, () => reader.fetch(`/events?cursor=${cursor}`, { signal: gone.signal })),
  );
  expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
  gone.abort();
  await expect(responses[0]!.text()).rejects.toThrow();
  const { id } = await recorded(say("Still here."));
  expect((await reader.read("/threads")).threads).toContainEqual(expect.objectContaining({ id }));
});
