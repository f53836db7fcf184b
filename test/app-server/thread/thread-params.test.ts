// Which of a thread's options are sent to Codex.
import { expect, test } from "vitest";
import type { ThreadOptions } from "../../../src/index.js";
import { literalTree, toConfigTree } from "../../../src/config/config-tree.js";
import { flatConfig } from "../../../src/config/flat-config.js";
import { runtimeSettings } from "../../../src/app-server/thread/runtime-settings.js";
import { ThreadSandbox } from "../../../src/app-server/thread/thread-sandbox.js";
import { toStartParams, toThreadSettings } from "../../../src/app-server/thread/thread-params.js";

const runtime = runtimeSettings(
  {},
  {
    toolServer: () => Promise.reject(new Error("No thread here has tools.")),
    storage: undefined,
    hideSecrets: () => () => undefined,
  },
);
const onApproval = () => undefined;
const onElicitation = () => undefined;
const elicitationsOnly = { granular: expect.objectContaining({ mcp_elicitations: true, sandbox_approval: false }) };

test.each<[string, ThreadOptions, unknown, unknown]>([
  ["nothing", {}, "never", undefined],
  ["onApproval", { onApproval }, "on-request", "on-request"],
  ["onElicitation", { onElicitation }, elicitationsOnly, elicitationsOnly],
  ["both", { onApproval, onElicitation }, "on-request", "on-request"],
  ["a policy", { approvalPolicy: "untrusted", onApproval }, "untrusted", "untrusted"],
  ["on-request without a handler", { approvalPolicy: "on-request" }, "never", "never"],
  ["on-request and onElicitation", { approvalPolicy: "on-request", onElicitation }, elicitationsOnly, elicitationsOnly],
  ["a policy and onApproval", { approvalPolicy: "never", onApproval }, "never", "never"],
  ["never and onElicitation", { approvalPolicy: "never", onElicitation }, elicitationsOnly, elicitationsOnly],
])("with %s, a new thread and a resumed thread have their approval policy", (_name, options, started, resumed) => {
  const sandbox = new ThreadSandbox(options, runtime);
  expect(toStartParams(options, runtime, sandbox).approvalPolicy).toEqual(started);
  expect(toThreadSettings(options, { runtime, sandbox }).approvalPolicy).toEqual(resumed);
});

test("configuration is sent as single settings, the thread's over the runtime's", () => {
  const options: ThreadOptions = {
    onUserInput: () => undefined,
    mcpServers: { notes: { command: "node" } },
    config: { features: { a: true }, mcp_servers: { other: { command: "other" } }, mcp_optional_startup_grace_ms: 5 },
  };
  const privateConfig = toConfigTree({ mcp_servers: { mine: { command: "mine" } }, "features.a": false });
  const sandbox = new ThreadSandbox(options, runtime);
  expect(toThreadSettings(options, { runtime: { ...runtime, privateConfig }, sandbox }).config).toEqual({
    "features.a": true,
    "features.default_mode_request_user_input": true,
    "features.tool_call_mcp_elicitation": false,
    suppress_unstable_features_warning: true,
    "mcp_servers.mine.command": "mine",
    "mcp_servers.notes.command": "node",
    "mcp_servers.other.command": "other",
    mcp_optional_startup_grace_ms: 5,
  });
});

test("a table with keys that cannot be dotted remains a table, and so does an empty one", () => {
  expect(flatConfig(literalTree({ a: { "b.c": 1 }, d: { e: { "f g": 2 }, h: {} }, i: [{ j: 1 }] }))).toEqual({
    a: { "b.c": 1 },
    "d.e": { "f g": 2 },
    "d.h": {},
    i: [{ j: 1 }],
  });
});
