// What the options accept beyond their plain form.
import { expectTypeOf, test } from "vitest";
import type {
  ApprovalMode,
  CodexConfigObject,
  CodexOptions,
  Input,
  Model,
  ModelReasoningEffort,
  StdioMcpServer,
  Thread,
  ThreadOptions,
} from "../../src/index.js";

declare const thread: Thread;

test("env accepts process.env, for Codex and for MCP servers", () => {
  expectTypeOf<{ env: NodeJS.ProcessEnv }>().toExtend<CodexOptions>();
  ({ env: { ...process.env, A: "1", B: undefined } }) satisfies CodexOptions;
  ({ command: "server", env: process.env }) satisfies StdioMcpServer;
  // @ts-expect-error a number
  ({ env: { A: 1 } }) satisfies CodexOptions;
});

test("readonly arrays and objects are accepted", () => {
  const input = [{ type: "text", text: "hi" }] as const;
  expectTypeOf(input).toExtend<Input>();
  expectTypeOf(thread.run(input)).toBeObject();
  const config = { model_providers: { mine: { args: ["a", "b"], nested: [{ c: [1, true] }] } } } as const;
  expectTypeOf(config).toExtend<CodexConfigObject>();
  const options = {
    additionalDirectories: ["/a"],
    tools: [],
    mcpServers: { one: { command: "server", args: ["a"], env: { A: "1" }, enabledTools: ["x"] } },
    config,
  } as const;
  expectTypeOf(options).toExtend<ThreadOptions>();
  const frozen = Object.freeze({ configOverrides: Object.freeze(["a=1"]), env: Object.freeze({ A: "1" }) });
  expectTypeOf(frozen).toExtend<CodexOptions>();
});

test("an effort that this SDK does not know compiles", () => {
  expectTypeOf<"extreme">().toExtend<ModelReasoningEffort>();
  expectTypeOf<Model["efforts"][number]["effort"]>().toExtend<NonNullable<ThreadOptions["modelReasoningEffort"]>>();
  // @ts-expect-error a number
  ({ modelReasoningEffort: 7 }) satisfies ThreadOptions;
});

test("the removed approval policy still compiles", () => {
  expectTypeOf<"on-failure">().toExtend<ApprovalMode>();
});
