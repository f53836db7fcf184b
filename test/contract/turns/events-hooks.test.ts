// Hooks in the stream: each run is an item, and its warnings and rejections are error items.
import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { ThreadEvent, ThreadItem } from "../../../src/index.js";
import { runCommand, say } from "../../../src/testing/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { errorMessages } from "../../support/requests.js";
import { codexOn, scriptedModel } from "../../support/workspace.js";

function writeHooks(model: ScriptedModel, commands: Record<string, string>): void {
  const hooks = Object.fromEntries(
    Object.entries(commands).map(([event, command]) => [event, [{ hooks: [{ type: "command", command }] }]]),
  );
  writeFileSync(path.join(model.codexHome, "hooks.json"), JSON.stringify({ hooks }));
}

/** Codex runs only hooks that the user trusts. */
const trusted = { config: { bypass_hook_trust: true } };

function hookRuns(items: readonly ThreadItem[]) {
  return items.flatMap((item) => {
    const raw = item.type === "unknown" ? (item.raw as { type: string; eventName: string; status: string }) : undefined;
    return raw?.type === "hook" ? [`${raw.eventName} ${raw.status}`] : [];
  });
}

test("hook runs are items, and their warnings and rejections are error items", async () => {
  const model = await scriptedModel([runCommand("echo hi > made.txt", { login: false }), say("Done.")]);
  writeHooks(model, {
    SessionStart: "echo some context",
    UserPromptSubmit: `echo '{"systemMessage":"a note for the user"}'`,
    PreToolUse: "echo not here >&2; exit 2",
    Stop: "exit 3",
  });
  const turn = await codexOn(model).startThread(model.threadOptions(trusted)).run("Go.");
  expect(hookRuns(turn.items)).toEqual([
    "sessionStart completed",
    "userPromptSubmit completed",
    "preToolUse blocked",
    "stop failed",
  ]);
  expect(errorMessages(turn.items)).toEqual([
    expect.stringContaining("bypass-hook-trust"),
    "Hook UserPromptSubmit: a note for the user",
    "Hook PreToolUse blocked: not here",
    expect.stringMatching(/^Hook Stop failed: .*3/),
  ]);
  expect(model.requests[1]?.lastOutput).toContain("not here");
  expect(turn.finalResponse).toBe("Done.");
});

test("a hook's run starts and ends once, between the turn's own events", async () => {
  const model = await scriptedModel([
    [runCommand("true", { login: false }), runCommand("true", { login: false })],
    say("Done."),
  ]);
  writeHooks(model, { PostToolUse: "true" });
  const streamed = await codexOn(model).startThread(model.threadOptions(trusted)).runStreamed("Go.");
  const events: ThreadEvent[] = [];
  for await (const event of streamed) events.push(event);
  const runs = events.flatMap((event) =>
    "item" in event && event.item.type === "unknown" ? [{ type: event.type, id: event.item.id }] : [],
  );
  const ids = [...new Set(runs.map(({ id }) => id))];
  expect(ids).toHaveLength(2);
  for (const id of ids) {
    expect(runs.filter((run) => run.id === id).map(({ type }) => type)).toEqual(["item.started", "item.completed"]);
  }
});

test("idleTimeoutMs does not count while a hook runs", async () => {
  const model = await scriptedModel([say("Begun."), say("Done.")]);
  // Only in the second turn.
  writeHooks(model, { Stop: `test -e ${model.codexHome}/begun && sleep 3; touch ${model.codexHome}/begun` });
  const thread = codexOn(model).startThread(model.threadOptions(trusted));
  await thread.run("Begin.");
  expect((await thread.run("Go.", { idleTimeoutMs: 1_500 })).finalResponse).toBe("Done.");
});

test("a prompt that a hook rejects ends the turn, and the stream has the reason", async () => {
  const model = await scriptedModel([say("next")]);
  writeHooks(model, { UserPromptSubmit: `grep -q forbidden && { echo "say please" >&2; exit 2; }; exit 0` });
  const thread = codexOn(model).startThread(model.threadOptions(trusted));
  const turn = await thread.run("Do what is forbidden.");
  expect(hookRuns(turn.items)).toEqual(["userPromptSubmit blocked"]);
  expect(errorMessages(turn.items)).toContain("Hook UserPromptSubmit blocked: say please");
  expect(turn.finalResponse).toBe("");
  expect(model.requests).toHaveLength(0);
  expect((await thread.run("Do what is allowed.")).finalResponse).toBe("next");
});

test("unreadable hooks are a warning in the stream", async () => {
  const model = await scriptedModel([say("Done.")]);
  writeFileSync(path.join(model.codexHome, "hooks.json"), "{nope");
  const turn = await codexOn(model).startThread(model.threadOptions()).run("Go.");
  expect(errorMessages(turn.items)).toEqual([expect.stringContaining("hooks.json")]);
  expect(turn.finalResponse).toBe("Done.");
});
