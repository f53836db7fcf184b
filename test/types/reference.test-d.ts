// Users of `@openai/codex-sdk` change one import: this package has every name that it exports, and accepts its values.
import type * as Reference from "@openai/codex-sdk";
import { expectTypeOf, test } from "vitest";
import {
  Codex,
  type AgentMessageItem,
  type ApprovalMode,
  type CodexOptions,
  type CommandExecutionItem,
  type CyberAccessProgram,
  type ErrorItem,
  type FileChangeItem,
  type Input,
  type ItemCompletedEvent,
  type ItemStartedEvent,
  type ItemUpdatedEvent,
  type McpToolCallItem,
  type ModelReasoningEffort,
  type ReasoningItem,
  type RunResult,
  type RunStreamedResult,
  type SandboxMode,
  type Thread,
  type ThreadError,
  type ThreadErrorEvent,
  type ThreadEvent,
  type ThreadItem,
  type ThreadOptions,
  type ThreadStartedEvent,
  type TodoListItem,
  type TurnCompletedEvent,
  type TurnFailedEvent,
  type TurnOptions,
  type TurnStartedEvent,
  type Usage,
  type UserInput,
  type WebSearchItem,
  type WebSearchMode,
} from "../../src/index.js";

test("values that the reference accepts are accepted", () => {
  expectTypeOf<Reference.CodexOptions>().toExtend<CodexOptions>();
  expectTypeOf<Reference.ThreadOptions>().toExtend<ThreadOptions>();
  expectTypeOf<Reference.Input>().toExtend<Input>();
  expectTypeOf<Reference.UserInput>().toExtend<UserInput>();
  // Its schema is `unknown`: `run` accepts one, as the program below shows.
  expectTypeOf<Omit<Reference.TurnOptions, "outputSchema">>().toExtend<TurnOptions>();
  expectTypeOf<Reference.ApprovalMode>().toExtend<ApprovalMode>();
  expectTypeOf<Reference.SandboxMode>().toExtend<SandboxMode>();
  expectTypeOf<Reference.WebSearchMode>().toExtend<WebSearchMode>();
  expectTypeOf<Reference.ModelReasoningEffort>().toExtend<ModelReasoningEffort>();
  expectTypeOf<Reference.CyberAccessProgram>().toExtend<CyberAccessProgram>();
});

test("values that the reference returns are returned, with the same names", () => {
  expectTypeOf<AgentMessageItem>().toExtend<Reference.AgentMessageItem>();
  expectTypeOf<ReasoningItem>().toExtend<Reference.ReasoningItem>();
  expectTypeOf<WebSearchItem>().toExtend<Reference.WebSearchItem>();
  expectTypeOf<TodoListItem>().toExtend<Reference.TodoListItem>();
  expectTypeOf<ErrorItem>().toExtend<Reference.ErrorItem>();
  expectTypeOf<Usage>().toExtend<Reference.Usage>();
  expectTypeOf<ThreadError>().toExtend<Reference.ThreadError>();
  expectTypeOf<ThreadStartedEvent>().toExtend<Reference.ThreadStartedEvent>();
  expectTypeOf<TurnStartedEvent>().toExtend<Reference.TurnStartedEvent>();
  expectTypeOf<TurnCompletedEvent>().toExtend<Reference.TurnCompletedEvent>();
  expectTypeOf<TurnFailedEvent>().toExtend<Reference.TurnFailedEvent>();
  expectTypeOf<ThreadErrorEvent>().toExtend<Reference.ThreadErrorEvent>();
  expectTypeOf<Reference.ThreadEvent["type"]>().toEqualTypeOf<ThreadEvent["type"]>();
  expectTypeOf<Reference.ThreadItem["type"]>().toExtend<ThreadItem["type"]>();
  expectTypeOf<keyof Reference.CommandExecutionItem>().toExtend<keyof CommandExecutionItem>();
  expectTypeOf<keyof Reference.FileChangeItem>().toExtend<keyof FileChangeItem>();
  expectTypeOf<keyof Reference.McpToolCallItem>().toExtend<keyof McpToolCallItem>();
  expectTypeOf<ItemStartedEvent["item"]>().toEqualTypeOf<ThreadItem>();
  expectTypeOf<ItemUpdatedEvent["item"]>().toEqualTypeOf<ThreadItem>();
  expectTypeOf<ItemCompletedEvent["item"]>().toEqualTypeOf<ThreadItem>();
  expectTypeOf<keyof RunResult>().toEqualTypeOf<keyof RunResult | keyof Reference.RunResult>();
  expectTypeOf<RunStreamedResult["events"]>().toExtend<AsyncGenerator<ThreadEvent>>();
});

test("a program written for the reference compiles", () => {
  expectTypeOf(async (reference: typeof Reference, schema: unknown) => {
    // The same lines, once with each package.
    const theirs = new reference.Codex({ apiKey: "sk-fake", config: { a: { b: [1, true] } } });
    const their = await theirs.startThread({ model: "m" }).run("hi", { outputSchema: schema });
    const ours = new Codex({ apiKey: "sk-fake", config: { a: { b: [1, true] } } });
    const our = await ours.startThread({ model: "m" }).run("hi", { outputSchema: schema });
    return [their.finalResponse, our.finalResponse];
  }).toBeFunction();
  expectTypeOf<InstanceType<typeof Thread>["id"]>().toEqualTypeOf<string | null>();
});
