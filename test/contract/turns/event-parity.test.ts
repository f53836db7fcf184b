// Our events equal those of `codex exec --experimental-json` for the same script, except what `comparable` removes.
import { spawn } from "node:child_process";
import { expect, test } from "vitest";
import type { ThreadEvent } from "../../../src/index.js";
import { callMcpTool, plan, reason, runCommand, say, searchWeb } from "../../../src/testing/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { locateCodex } from "../../../src/process/locate/locate.js";
import { codexOn, repository, scriptedModel } from "../../support/workspace.js";
import { mcpServerFile } from "../../support/host-program.js";

const echoServer = await mcpServerFile("echo-server");

/** A model name for which Codex has no metadata, which it reports in an `error` item. */
const model = "a-model-without-metadata";

const applyPatch = `apply_patch <<'EOF'
*** Begin Patch
*** Add File: added.txt
+one
+two
*** Update File: kept.txt
@@
-before
+after
*** End Patch
EOF`;

const script = () => [
  [
    reason("I **look** first."),
    say("I will look.", { phase: "commentary" }),
    plan([
      { step: "look", status: "in_progress" },
      { step: "change", status: "pending" },
    ]),
    runCommand("echo before > kept.txt; printf 'one\\ntwo\\n'; exit 3", { login: false }),
  ],
  [
    plan([
      { step: "look", status: "completed" },
      { step: "change", status: "in_progress" },
    ]),
    runCommand(applyPatch, { login: false }),
  ],
  [searchWeb("the weather"), callMcpTool("echo", "echo", { text: "hello" })],
  say("All done.", { phase: "final_answer" }),
];

test("one turn with all eight kinds of items has the events that exec prints", { timeout: 60_000 }, async () => {
  const [ours, printed] = await Promise.all([eventsOfSdk(), eventsOfExec()]);

  const kinds = new Set(printed.flatMap((event) => ("item" in event ? [event.item.type] : [])));
  expect([...kinds].toSorted()).toEqual([
    "agent_message",
    "command_execution",
    "error",
    "file_change",
    "mcp_tool_call",
    "reasoning",
    "todo_list",
    "web_search",
  ]);
  expect(comparable(ours)).toEqual(comparable(printed));
});

async function eventsOfSdk(): Promise<ThreadEvent[]> {
  const scripted = await scriptedModel(script());
  const cwd = repository();
  const thread = codexOn(scripted).startThread({
    model,
    workingDirectory: cwd,
    sandboxMode: "workspace-write",
    planTool: true,
    webSearchMode: "live",
    mcpServers: { echo: { command: process.execPath, args: [echoServer] } },
  });
  const events: ThreadEvent[] = [];
  for await (const event of await thread.runStreamed("go")) events.push(relocated(event, cwd));
  scripted.assertDone();
  return events;
}

async function eventsOfExec(): Promise<ThreadEvent[]> {
  const scripted = await scriptedModel(script());
  const cwd = repository();
  const child = spawn(locateCodex().executablePath, execArguments(scripted, cwd), {
    env: { ...process.env, CODEX_HOME: scripted.codexHome, CODEX_API_KEY: "sk-fake-parity" },
    stdio: ["pipe", "pipe", "ignore"],
  });
  child.stdin.end("go");
  let output = "";
  for await (const chunk of child.stdout.setEncoding("utf8")) output += chunk;
  scripted.assertDone();
  return output
    .trim()
    .split("\n")
    .map((line) => relocated(JSON.parse(line), cwd));
}

function execArguments(scripted: ScriptedModel, cwd: string): string[] {
  const settings = [
    'model_provider="codex-sdk"',
    `model_providers.codex-sdk={name="OpenAI", base_url=${JSON.stringify(scripted.baseUrl)}, wire_api="responses", requires_openai_auth=true, supports_websockets=false, request_max_retries=0, stream_max_retries=0}`,
    "analytics.enabled=false",
    "features.plugins=false",
    "tools.update_plan.enabled=true",
    'web_search="live"',
    `mcp_servers.echo={command=${JSON.stringify(process.execPath)}, args=[${JSON.stringify(echoServer)}]}`,
  ];
  const config = settings.flatMap((setting) => ["--config", setting]);
  return ["exec", "--experimental-json", ...config, "--model", model, "--sandbox", "workspace-write", "--cd", cwd];
}

/** The two runs had different directories. */
function relocated(event: ThreadEvent, cwd: string): ThreadEvent {
  return JSON.parse(JSON.stringify(event).replaceAll(cwd, "/repository"));
}

/** Without IDs, which Codex generates over app-server, and without what only app-server reports. */
function comparable(events: ThreadEvent[]): unknown[] {
  const seen = new Map<string, number>();
  return events
    .filter((event) => !(event.type === "item.updated" && event.delta !== undefined))
    .map((event) => {
      if (event.type === "thread.started") return { type: event.type };
      if (!("item" in event)) return event;
      const { id, ...rest } = event.item;
      if (!seen.has(id)) seen.set(id, seen.size);
      const { phase: _phase, cwd: _cwd, duration_ms: _duration, ...item } = rest as Record<string, unknown>;
      if (rest.type === "file_change")
        item["changes"] = rest.changes.map(({ path: file, kind }) => ({ path: file, kind }));
      return { ...event, item: { ...item, item: seen.get(id) } };
    });
}
