// However Codex ends, its turn settles once, with the partial result and Codex's message.
import { expect, test } from "vitest";
import { CodexExitedError } from "../../src/index.js";
import type { ThreadEvent } from "../../src/index.js";
import { allProcesses } from "../support/model-processes.js";
import { completed, message, print, standIn, started, threadId, usage } from "./stand-in.js";
import { readEvents } from "../support/read-events.js";
import { rejection } from "../support/rejection.js";

const read = "cat > /dev/null";

function survivors(codexHome: string): string[] {
  return allProcesses()
    .filter(({ environment }) => environment.includes(`CODEX_HOME=${codexHome}`))
    .map(({ commandLine }) => commandLine);
}

test("an error event before an exit with 0 is a failure with that message", async () => {
  const { thread } = standIn([
    read,
    print(...started, message("so far"), { type: "error", message: "The moon is full." }),
  ]);
  const streamed = await thread.runStreamed("go");
  const { events } = await readEvents(streamed);
  expect(events.at(-1)).toEqual({ type: "turn.failed", error: { message: "The moon is full.", code: "turn_failed" } });
  const error = await rejection(streamed.completed());
  expect(error).toMatchObject({ code: "turn_failed", message: "The moon is full." });
  expect(error.turn?.items).toMatchObject([{ text: "so far" }]);
});

test("a reconnection message neither fails nor ends the turn", async () => {
  const notice = { type: "error", message: "Reconnecting... 1/5 (stream disconnected)" };
  const { thread } = standIn([read, print(...started, notice, message("done"), completed)]);
  expect((await thread.run("go")).finalResponse).toBe("done");
  const broken = standIn([read, print(...started, notice)]).thread;
  expect(await rejection(broken.run("go"))).toMatchObject({ code: "incomplete" });
});

test("an error event of a known kind has its class, regardless of the exit code", async () => {
  const event = { type: "error", message: "unexpected status 401 Unauthorized: no" };
  for (const code of [0, 1]) {
    const { thread } = standIn([read, print(...started, event), `exit ${code}`]);
    expect(await rejection(thread.run("go"))).toMatchObject({ code: "unauthorized", httpStatus: 401 });
  }
});

test("an output without the turn's end is an error with the items so far, and never a success", async () => {
  const item = {
    type: "item.started",
    item: {
      id: "item_1",
      type: "command_execution",
      command: "ls",
      aggregated_output: "",
      exit_code: null,
      status: "in_progress",
    },
  };
  const { thread } = standIn([read, "echo 'Killed by a cat' >&2", print(...started, message("so far"), item)]);
  const error = await rejection(thread.run("go"));
  expect(error).toMatchObject({ code: "incomplete", isRetryable: true });
  expect(error.message).toBe(
    "Codex exited (code 0) without ending the turn. Its last output on stderr: Killed by a cat",
  );
  expect(error.turn?.items).toMatchObject([{ text: "so far" }, { type: "command_execution", status: "in_progress" }]);
  expect(error.cause).toMatchObject({ exitCode: 0, stderr: "Killed by a cat" });
});

test("an exit with another code reports the cause first, not the banner, log or backtrace", async () => {
  const stderr = [
    "Reading prompt from stdin...",
    "2026-11-22T08:00:00.000000Z  WARN codex_core: something minor",
    "\\033[31mError:\\033[0m the disk is full",
    "",
    "Stack backtrace:",
    "   0: <unknown>",
  ];
  const { thread } = standIn([
    read,
    print(...started),
    ...stderr.map((line) => `printf '%b\\n' '${line}' >&2`),
    "exit 9",
  ]);
  const error = await rejection(thread.run("go"));
  expect(error).toBeInstanceOf(CodexExitedError);
  expect(error).toMatchObject({ code: "exited", exitCode: 9, signal: null });
  expect(error.message).toBe("the disk is full\n(Codex exited with code 9 before the turn ended.)");
  expect((error as CodexExitedError).stderr).toContain("something minor");
});

test("a Codex that is killed is an error with the signal", async () => {
  const { thread } = standIn([read, print(...started, message("so far")), "kill -KILL $$"]);
  const error = await rejection(thread.run("go"));
  expect(error).toMatchObject({ code: "exited", exitCode: null, signal: "SIGKILL" });
  expect(error.turn?.items).toHaveLength(1);
});

test("a failed turn has Codex's message, and later output does not count", async () => {
  const failed = { type: "turn.failed", error: { message: "The model is on holiday." } };
  const { thread } = standIn([read, print(...started, failed, message("late"), completed), "exit 1"]);
  const error = await rejection(thread.run("go"));
  expect(error).toMatchObject({ code: "turn_failed", message: "The model is on holiday.", turn: { items: [] } });
});

test("a turn that has ended waits neither for a lingering Codex nor for a child that keeps its output open", async () => {
  const stays = "trap '' TERM; sleep 60 & sleep 60";
  const lingering = standIn([read, print(...started, message("done"), completed), stays]);
  const leaving = standIn([read, "sleep 60 &", "setsid sleep 60 &", print(...started, message("done"), completed)]);
  for (const { thread, codexHome } of [lingering, leaving]) {
    const start = performance.now();
    expect((await thread.run("go")).finalResponse).toBe("done");
    expect(performance.now() - start).toBeLessThan(10_000);
    expect(survivors(codexHome)).toEqual([]);
  }
});

test("an abort ends a Codex that ignores SIGTERM, and all of its descendants", async () => {
  const stays = ["trap '' TERM", "sleep 60 &", "setsid sleep 60 &", "(setsid setsid sleep 60 &)", "sleep 60"];
  const { thread, codexHome } = standIn([read, print(...started), ...stays]);
  const streamed = await thread.runStreamed("go");
  for await (const event of streamed) if (event.type === "turn.started") break;
  expect(await rejection(streamed.completed())).toMatchObject({ code: "interrupted" });
  expect(survivors(codexHome)).toEqual([]);
});

test("lines of every kind are read or ignored", async () => {
  const odd = { id: "item_9", type: "hologram", beams: 3 };
  const { thread } = standIn([
    read,
    print("", "not JSON", "[1]", '{"type":7}', ...started),
    `printf '%s\\r\\n' '${JSON.stringify({ type: "weather.changed", to: "rain" })}'`,
    print(
      { type: "item.completed" },
      { type: "item.completed", item: odd },
      '{"type":"item.completed","item":{"id":"item_1","type":"web_search","id":"ws_1","query":"q"}}',
    ),
    print(message("one\u2028two\u2029three \ud83d\ude00")),
    // The last line has no line end.
    `printf '%s' '${JSON.stringify(completed)}'`,
  ]);
  const turn = await thread.run("go");
  expect(turn.items).toEqual([
    { id: "item_9", type: "unknown", raw: odd },
    { id: "ws_1", type: "web_search", query: "q" },
    { id: "item_0", type: "agent_message", text: "one\u2028two\u2029three \ud83d\ude00" },
  ]);
  expect(turn.usage).toEqual({ ...usage, cache_write_input_tokens: 0, reasoning_output_tokens: 0 });
});

test("an unreadable output is reported as unreadable", async () => {
  const isAsked = 'if [ "$1" = --version ]; then echo codex-cli 1.2.3; exit; fi';
  const { thread } = standIn([isAsked, read, print("Welcome to codex!", "How are you?")]);
  const error = await rejection(thread.run("go"));
  expect(error).toMatchObject({ code: "protocol" });
  expect(error.message).toContain("2 lines that this SDK cannot read");
});

test("a Codex that does not read its prompt has no effect on the turn", async () => {
  const { thread } = standIn([print(...started, message("done"), completed)]);
  expect((await thread.run("x".repeat(1_000_000))).finalResponse).toBe("done");
});

test("the thread has the ID that Codex assigns, and the next turn resumes it", async () => {
  const { thread } = standIn([read, print(...started, message("x")), `printf '%s' "$*" >&2`, print(completed)]);
  await thread.run("go");
  expect(thread.id).toBe(threadId);
  const second = standIn([
    read,
    'case "$*" in *"resume "*) ',
    print(...started, message("resumed"), completed),
    ";; esac",
  ]).codex;
  expect((await second.resumeThread(threadId, { skipGitRepoCheck: true }).run("go")).finalResponse).toBe("resumed");
});

test("the total of the conversation is never reported as the turn's usage", async () => {
  const { codex, thread } = standIn([read, print(...started, message("x"), completed)]);
  const first = await thread.run("go");
  expect([first.usage?.input_tokens, first.threadUsage?.input_tokens]).toEqual([3, 3]);
  // The earlier usage of this thread is unknown.
  const resumed = await codex.resumeThread(threadId, { skipGitRepoCheck: true }).runStreamed("go");
  const events: ThreadEvent[] = [];
  for await (const event of resumed) events.push(event);
  expect(events.at(-1)).toMatchObject({ type: "turn.completed", usage: { input_tokens: 0 } });
  expect(await resumed.completed()).toMatchObject({ usage: null, threadUsage: { input_tokens: 3 } });
});

test.each(["/bin/true", "/bin/cat", "/bin/ls", "/bin/echo", "/bin/sh"])(
  "%s is not Codex",
  async (codexPathOverride) => {
    const { thread } = standIn([], { codexPathOverride });
    const error = await rejection(thread.run("go"));
    expect(error).toMatchObject({ code: "codex_unusable", executablePath: codexPathOverride });
    expect(error.message).toContain("is not codex");
  },
);

test("a file that is not a program, and a path that does not exist, have their own errors", async () => {
  expect(await rejection(standIn([], { codexPathOverride: "/nowhere/codex" }).thread.run("go"))).toMatchObject({
    code: "codex_not_found",
  });
  expect(await rejection(standIn([], { codexPathOverride: "/etc/passwd" }).thread.run("go"))).toMatchObject({
    code: "codex_unusable",
  });
});

test("a Codex that closes its output but keeps running is ended, and the error carries the partial turn", async () => {
  const { thread, codexHome } = standIn([read, print(...started, message("so far")), "exec >&-", "sleep 351"]);
  const error = await rejection(thread.run("go"));
  expect(error).toMatchObject({ code: "incomplete", turn: { items: [{ text: "so far" }] } });
  expect(survivors(codexHome)).toEqual([]);
});
