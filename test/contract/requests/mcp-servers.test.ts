// MCP servers of a thread, over both transports: their tools, failures and secrets.
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { McpServerError } from "../../../src/index.js";
import type { McpServer, ThreadItem } from "../../../src/index.js";
import { callMcpTool, runCommand, say } from "../../../src/testing/index.js";
import { startHttpServer } from "../../fixtures/mcp/http-server.mjs";
import { processesWith } from "../../support/processes.js";
import { askingThread, errorMessages } from "../../support/requests.js";
import { codexOn } from "../../support/workspace.js";
import { mcpServerFile } from "../../support/host-program.js";

const serverFile = await mcpServerFile("stdio-server");

function stdio(...args: string[]) {
  return { command: process.execPath, args: [serverFile, ...args] };
}

async function http(token?: string) {
  const server = await startHttpServer({ token });
  onTestFinished(() => server.close());
  return server;
}

function resultsOf(items: readonly ThreadItem[]): string[] {
  return items.flatMap((item) => {
    if (item.type !== "mcp_tool_call") return [];
    return [item.error?.message ?? String(item.result?.content[0]?.["text"])];
  });
}

test("a server over stdin and stdout has its tools, environment and directory", async () => {
  const { thread, inside } = await askingThread(
    () => [
      callMcpTool("notes", "echo", { text: "hello" }),
      callMcpTool("notes", "environment", { name: "NOTES_KEY" }),
      callMcpTool("notes", "working_directory"),
      callMcpTool("here", "working_directory"),
      say("Done."),
    ],
    { mcpServers: { notes: { ...stdio(), env: { NOTES_KEY: "sk-fake-notes" }, cwd: ".." }, here: stdio() } },
  );
  const { items } = await thread.run("Use them.");
  expect(resultsOf(items)).toEqual(["hello", "sk-fake-notes", path.resolve(".."), inside]);
  expect(items[0]).toMatchObject({
    type: "mcp_tool_call",
    server: "notes",
    tool: "echo",
    arguments: { text: "hello" },
    status: "completed",
  });
});

test("a server over HTTP receives its token and headers with every request", async () => {
  const server = await http("sk-fake-bearer");
  const { thread } = await askingThread(
    () => [
      callMcpTool("web", "header", { name: "authorization" }),
      callMcpTool("web", "header", { name: "x-team" }),
      say("Done."),
    ],
    { mcpServers: { web: { url: server.url, bearerToken: "sk-fake-bearer", headers: { "X-Team": "blue" } } } },
  );
  expect(resultsOf((await thread.run("Use it.")).items)).toEqual(["Bearer sk-fake-bearer", "blue"]);
  expect(server.seen.length).toBeGreaterThan(2);
  expect(server.seen.filter(({ authorization }) => authorization !== "Bearer sk-fake-bearer")).toEqual([]);
});

test("secrets of servers are in no argv, in no file, and not in the environment of commands", async () => {
  const server = await http("sk-fake-bearer-secret");
  let commandLines = "";
  const { thread, model, outputs } = await askingThread(
    () => [
      async () => {
        await Promise.resolve();
        commandLines = execFileSync("ps", ["-eww", "-o", "args"], { encoding: "utf8" });
        return callMcpTool("notes", "echo", { text: "hello" });
      },
      runCommand("env", { login: false }),
      say("Done."),
    ],
    {
      mcpServers: {
        web: { url: server.url, bearerToken: "sk-fake-bearer-secret", headers: { "X-Key": "fake-header-secret" } },
        notes: { ...stdio(), env: { NOTES_KEY: "fake-env-secret" } },
      },
    },
  );
  await thread.run("Use them.");
  const secret = /bearer-secret|header-secret|env-secret/;
  expect(commandLines).toContain("app-server");
  expect(commandLines).not.toMatch(secret);
  expect(outputs(3)[0]).toContain("PATH=");
  expect(outputs(3)[0]).not.toMatch(secret);
  const files = readdirSync(model.codexHome, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const leaks = files.filter((file) => secret.test(readFileSync(path.join(file.parentPath, file.name), "latin1")));
  expect(files.length).toBeGreaterThan(0);
  expect(leaks.map(({ name }) => name)).toEqual([]);
});

test("a resumed thread has its servers where they are specified again", async () => {
  const mcpServers = { notes: stdio() };
  const { thread, model, codex } = await askingThread(
    () => [say("Hello."), callMcpTool("notes", "echo", { text: "again" }), say("Done.")],
    { mcpServers },
  );
  await thread.run("Hello?");
  await codex.close();
  const resumed = codexOn(model).resumeThread(thread.id!, { skipGitRepoCheck: true, mcpServers });
  expect(resultsOf((await resumed.run("Use it.")).items)).toEqual(["again"]);
});

test("only the enabled tools are available", async () => {
  const call = (server: string, tool: string) => callMcpTool(server, tool, { text: "hello" });
  const { thread, outputs } = await askingThread(
    () => [
      call("few", "echo"),
      call("few", "header"),
      call("most", "echo"),
      call("most", "working_directory"),
      say("Done."),
    ],
    {
      mcpServers: {
        few: { ...stdio(), enabledTools: ["echo"] },
        most: { ...stdio(), disabledTools: ["echo"] },
      },
    },
  );
  await thread.run("Use them.");
  expect([2, 3, 4, 5].map((request) => /unsupported call/.test(outputs(request)[0] ?? ""))).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

test("a tool that takes too long fails, and the turn continues", async () => {
  const { thread } = await askingThread(
    () => [callMcpTool("notes", "hang"), callMcpTool("notes", "fail"), say("Done.")],
    {
      mcpServers: { notes: { ...stdio(), toolTimeoutMs: 400 } },
    },
  );
  const turn = await thread.run("Use it.");
  expect(turn.items).toMatchObject([{ status: "failed" }, { status: "failed" }, { text: "Done." }]);
  expect(resultsOf(turn.items)).toEqual([
    expect.stringMatching(/timed out|timeout/i),
    expect.stringContaining("the note is on fire"),
  ]);
});

const broken: [string, McpServer, RegExp][] = [
  ["ends immediately", stdio("exit"), /"broken" did not start: .*connection closed/],
  ["does not exist", { command: "/nowhere/server" }, /"broken" did not start: .*(No such file|not found)/i],
  ["never answers", { ...stdio("silent"), startupTimeoutMs: 700 }, /"broken" did not start: .*timed out/],
  ["cannot be reached", { url: "http://127.0.0.1:9/mcp" }, /"broken" did not start/],
];

test.each(broken)("a server that %s becomes an error item, and the others work", async (_name, server, message) => {
  const { thread } = await askingThread(() => [callMcpTool("notes", "echo", { text: "here" }), say("Done.")], {
    mcpServers: { broken: server, notes: stdio() },
  });
  const turn = await thread.run("Use it.");
  expect(errorMessages(turn.items)).toEqual([expect.stringMatching(message)]);
  expect(resultsOf(turn.items)).toEqual(["here"]);
  expect(turn.finalResponse).toBe("Done.");
});

test.each(broken)("a required server that %s fails the turn, and the next turn tries again", async (_name, server) => {
  const { thread, model } = await askingThread(() => [say("Hello.")], {
    mcpServers: { broken: { ...server, required: true } },
  });
  for (const prompt of ["Hello?", "Hello again?"]) {
    const error: unknown = await thread.run(prompt).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(McpServerError);
    expect(error).toMatchObject({ code: "mcp_server", message: expect.stringContaining("broken") });
  }
  expect(model.requests).toEqual([]);
});

test("a wrong token is reported without the token", async () => {
  const server = await http("sk-fake-right");
  const { thread } = await askingThread(() => [say("Hello.")], {
    mcpServers: { web: { url: server.url, bearerToken: "sk-fake-wrong-token" } },
  });
  const messages = errorMessages((await thread.run("Hello?")).items);
  expect(messages).toEqual([expect.stringContaining("401")]);
  expect(messages[0]).not.toContain("sk-fake-wrong-token");
});

test("servers end together with their Codex", async () => {
  const marker = `codex-sdk-mcp-${process.pid}`;
  const { thread, codex } = await askingThread(() => [callMcpTool("notes", "echo", { text: "hello" }), say("Done.")], {
    mcpServers: { notes: stdio(marker) },
  });
  await thread.run("Use it.");
  expect(processesWith(marker)).toHaveLength(1);
  await codex.close();
  expect(processesWith(marker)).toEqual([]);
});

test("the first request waits until the servers' tools are available", async () => {
  const { thread } = await askingThread(() => [callMcpTool("slow", "echo", { text: "here" }), say("Done.")], {
    mcpServers: { slow: stdio("slow") },
  });
  expect(resultsOf((await thread.run("Use it.")).items)).toEqual(["here"]);
});

test("an interrupt ends a hanging call", async () => {
  const { thread } = await askingThread(() => [callMcpTool("notes", "hang"), say("Hello.")], {
    mcpServers: { notes: stdio() },
  });
  const streamed = await thread.runStreamed("Use it.");
  for await (const event of streamed.events) {
    if (event.type === "item.started" && event.item.type === "mcp_tool_call") break;
  }
  await expect(streamed.completed()).rejects.toMatchObject({
    code: "interrupted",
    turn: { items: [{ type: "mcp_tool_call", tool: "hang" }] },
  });
  expect((await thread.run("Still there?")).finalResponse).toBe("Hello.");
});

test("after a turn detects that a server has ended, the server is started again before the next turn", async () => {
  const { thread } = await askingThread(
    ({ inside }) => [
      callMcpTool("notes", "working_directory"),
      say("one"),
      callMcpTool("notes", "working_directory"),
      say(inside),
      callMcpTool("notes", "working_directory"),
      say("three"),
    ],
    { mcpServers: { notes: stdio("killed-between-turns") } },
  );
  await thread.run("one");
  const servers = processesWith("killed-between-turns");
  expect(servers).toHaveLength(1);
  for (const pid of servers) process.kill(pid, "SIGKILL");
  const noticed = await thread.run("two");
  expect(resultsOf(noticed.items).join()).toMatch(/transport closed/i);
  const restored = await thread.run("three");
  expect(restored.items.find(({ type }) => type === "mcp_tool_call")).toMatchObject({ status: "completed" });
});
