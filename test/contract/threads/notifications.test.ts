// Notifications outside of turns reach `codex.on`.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { Codex } from "../../../src/index.js";
import type { CodexNotification, NotificationType } from "../../../src/index.js";
import { reason, runCommand, say, silence } from "../../../src/testing/index.js";
import { runProgram } from "../../support/host-program.js";
import { codexOn, repository, scriptedModel, warmCodex } from "../../support/workspace.js";

/** All notifications of these types, in order. */
function collect(codex: Codex, ...types: NotificationType[]): CodexNotification[] {
  const heard: CodexNotification[] = [];
  for (const type of types) codex.on(type, (notification) => heard.push(notification));
  return heard;
}

test("the lifecycle of a thread is reported, also while its turn runs", async () => {
  const { model, codex } = await warmCodex((request) =>
    request.lastUserText === "slow" ? silence({ text: "x" }) : say("ok"),
  );
  const heard = collect(
    codex,
    "thread.opened",
    "thread.renamed",
    "thread.archived",
    "thread.unarchived",
    "thread.deleted",
    "thread.status_changed",
  );
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("one");
  const running = await thread.runStreamed("slow");
  for await (const event of running) {
    if (event.type !== "item.updated") continue;
    await thread.rename("busy");
    await vi.waitFor(() => expect(heard.at(-1)).toMatchObject({ type: "thread.renamed", name: "busy" }));
    break;
  }
  await thread.archive();
  await thread.unarchive();
  await thread.delete();
  const threadId = thread.id;
  await vi.waitFor(() => expect(heard.at(-1)).toEqual({ type: "thread.deleted", threadId }));
  expect(heard[0]).toMatchObject({ type: "thread.opened", thread: { id: threadId, cwd: expect.any(String) } });
  const statuses = heard.filter((notification) => notification.type === "thread.status_changed");
  expect(statuses.slice(0, 4).map(({ status }) => status)).toEqual(["active", "idle", "active", "idle"]);
  expect(statuses[0]).toEqual({ type: "thread.status_changed", threadId, status: "active", waitingFor: [] });
  expect(heard.map(({ type }) => type).filter((type) => /archived/.test(type))).toEqual([
    "thread.archived",
    "thread.unarchived",
  ]);
});

test("warnings of the configuration, deprecations and unknown notifications are reported", async () => {
  const model = await scriptedModel([say("ok")]);
  const config = "[features]\nno_such_feature = true\nweb_search_request = true\n";
  writeFileSync(path.join(model.codexHome, "config.toml"), config);
  const codex = codexOn(model);
  const heard = collect(codex, "config.warning", "deprecation", "account.updated", "unknown");
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("one");
  await codex.request("thread/goal/set", { threadId: thread.id ?? "", objective: "Finish." });
  const goal = {
    type: "unknown",
    method: "thread/goal/updated",
    params: expect.objectContaining({ threadId: thread.id }),
  };
  await vi.waitFor(() => expect(heard).toContainEqual(goal));
  expect(heard).toContainEqual({ type: "account.updated", authMode: "apikey", plan: null });
  expect(heard).toContainEqual({
    type: "config.warning",
    summary: expect.stringContaining("no_such_feature"),
    details: null,
    path: null,
  });
  expect(heard).toContainEqual({
    type: "deprecation",
    summary: expect.stringContaining("web_search_request"),
    details: expect.any(String),
  });
});

test("notifications of a turn are not reported outside it", async () => {
  const { model, codex } = await warmCodex([reason("Hm."), runCommand("true", { login: false }), say("done")]);
  const heard = collect(codex, "unknown");
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("one");
  const methods = heard.map((notification) => (notification.type === "unknown" ? notification.method : ""));
  expect(methods.filter((method) => /^(item|turn|hook|error|rawResponse)/.test(method))).toEqual([]);
});

test("an MCP server that does not start is reported as failed", async () => {
  const { model, codex } = await warmCodex([say("ok")]);
  const heard = collect(codex, "mcp_server.status_changed");
  const thread = codex.startThread(
    model.threadOptions({ workingDirectory: repository(), mcpServers: { broken: { command: "/nonexistent/server" } } }),
  );
  await thread.run("one");
  await vi.waitFor(() =>
    expect(heard.at(-1)).toMatchObject({
      type: "mcp_server.status_changed",
      server: "broken",
      status: "failed",
      error: expect.any(String),
    }),
  );
  expect(heard[0]).toMatchObject({ server: "broken", status: "starting" });
});

test("a listener that throws affects nothing, and a removed listener receives nothing", async () => {
  const { model, codex } = await warmCodex([say("ok")]);
  const warnings: string[] = [];
  const onWarning = (warning: Error) => warnings.push(warning.message);
  process.on("warning", onWarning);
  onTestFinished(() => void process.off("warning", onWarning));
  const heard: string[] = [];
  codex.on("thread.renamed", () => {
    throw new Error("broken listener");
  });
  codex.on("thread.renamed", () => Promise.reject(new Error("late listener")));
  const listener = ({ name }: { name: string | null }) => heard.push(name ?? "");
  const forget = codex.on("thread.renamed", listener);
  const forgetToo = codex.on("thread.renamed", listener);
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("one");
  await thread.rename("first");
  await vi.waitFor(() => expect(heard).toEqual(["first", "first"]));
  forget();
  forget();
  await thread.rename("second");
  await vi.waitFor(() => expect(heard).toEqual(["first", "first", "second"]));
  forgetToo();
  await thread.rename("third");
  expect((await codex.readThread(thread.id ?? "")).name).toBe("third");
  expect(heard).toEqual(["first", "first", "second"]);
  expect(warnings.filter((message) => message.includes("broken listener")).length).toBe(3);
  expect(warnings.filter((message) => message.includes("late listener")).length).toBe(3);
});

test("an unknown type, or a listener that is not a function, is rejected", () => {
  const codex = new Codex();
  const on = codex.on.bind(codex) as (type: unknown, listener: unknown) => () => void;
  expect(() => on("thread.moved", () => undefined)).toThrow(/the type must be one of "thread\.opened"/);
  expect(() => on("warning", undefined)).toThrow(/the listener must be a function/);
});

test("a listener neither starts Codex nor keeps the program alive; changes in another process are not reported", async () => {
  const model = await scriptedModel((request) => say(`after ${request.lastUserText}`));
  const codex = codexOn(model);
  const heard = collect(codex, "thread.renamed");
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("one");
  const other = codexOn(model);
  await other.resumeThread(thread.id ?? "").rename("elsewhere");
  expect((await codex.readThread(thread.id ?? "")).name).toBe("elsewhere");
  expect(heard).toEqual([]);

  const result = await runProgram(`
    import { Codex } from "./src/index.ts";
    const codex = new Codex({ codexPathOverride: "/nonexistent/codex" });
    codex.on("warning", () => undefined);
    console.log("done");
  `);
  expect(result).toMatchObject({ exitCode: 0, output: "done\n" });
});
