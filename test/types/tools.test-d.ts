// The types of tools: arguments with the type of the schema's output, any tool in a thread's list.
import { expectTypeOf, test } from "vitest";
import { type } from "arktype";
import { z } from "zod";
import { tool } from "../../src/index.js";
import type { HostAbortSignal, ThreadOptions, Tool, ToolContext } from "../../src/index.js";

test("arguments have the type of the schema's output", () => {
  tool({
    name: "t",
    description: "d",
    input: z.object({ a: z.string().transform(Number), b: z.boolean().default(false) }),
    execute: (args, context) => {
      expectTypeOf(args).toEqualTypeOf<{ a: number; b: boolean }>();
      expectTypeOf(context).toEqualTypeOf<ToolContext>();
      expectTypeOf(context.signal).toEqualTypeOf<HostAbortSignal>();
    },
  });
  tool({
    name: "t",
    description: "d",
    input: type({ n: "number" }),
    execute: (args) => expectTypeOf(args).toEqualTypeOf<{ n: number }>(),
  });
});

test("without a schema there are no arguments, and with a JSON Schema their type is unknown", () => {
  tool({ name: "t", description: "d", execute: (args) => expectTypeOf(args).toEqualTypeOf<undefined>() });
  tool({
    name: "t",
    description: "d",
    input: { type: "object", properties: { a: { type: "string" } } },
    execute: (args) => expectTypeOf(args).toEqualTypeOf<unknown>(),
  });
});

test("a thread accepts tools of any kind, and nothing else", () => {
  const one = tool({ name: "t", description: "d", input: z.object({ a: z.string() }), execute: ({ a }) => a });
  const two = tool({ name: "u", description: "d", execute: async () => undefined });
  expectTypeOf(one).toEqualTypeOf<Tool<{ a: string }>>();
  expectTypeOf<ThreadOptions["tools"]>().toEqualTypeOf<readonly Tool[] | undefined>();
  ({ tools: [one, two] }) satisfies ThreadOptions;
  // @ts-expect-error -- A function is not a tool.
  ({ tools: [() => 1] }) satisfies ThreadOptions;
});

test("a value that cannot be a schema does not compile as input", () => {
  const definition = { name: "t", description: "d", execute: () => "" };
  const wrong = () => [
    // @ts-expect-error a number
    tool({ ...definition, input: 42 }),
    // @ts-expect-error a string
    tool({ ...definition, input: "object" }),
    // @ts-expect-error null
    tool({ ...definition, input: null }),
  ];
  expectTypeOf(wrong).toBeFunction();
  expectTypeOf(tool({ ...definition, input: { type: "object", properties: {} } as const })).toEqualTypeOf<
    Tool<unknown>
  >();
});
