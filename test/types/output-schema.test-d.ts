// The result types of an `outputSchema`, and values that do not compile as one.
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import { expectTypeOf, test } from "vitest";
import * as v from "valibot";
import { z } from "zod";
import type { OutputSchema, Thread, Turn, TurnOptions } from "../../src/index.js";

declare const thread: Thread;

interface JsonSchemaInterface {
  type?: string;
}

async function outputOf<Output>(turn: Promise<Turn<Output>>): Promise<Output> {
  return (await turn).output;
}

test("Standard Schemas have the type of their output", () => {
  const zod = z.object({ at: z.string().transform((text) => new Date(text)), tries: z.number().default(3) });
  expectTypeOf(outputOf(thread.run("hi", { outputSchema: zod }))).resolves.toEqualTypeOf<{ at: Date; tries: number }>();

  const arktype = type({ status: "'ok'|'bad'", "note?": "string" });
  expectTypeOf(outputOf(thread.run("hi", { outputSchema: arktype }))).resolves.toEqualTypeOf<{
    status: "ok" | "bad";
    note?: string;
  }>();

  const valibot = toStandardJsonSchema(v.object({ n: v.pipe(v.string(), v.transform(Number)) }));
  expectTypeOf(outputOf(thread.run("hi", { outputSchema: valibot }))).resolves.toEqualTypeOf<{ n: number }>();

  const streamed = thread.runStreamed("hi", { outputSchema: z.object({ n: z.number() }) });
  expectTypeOf(outputOf(streamed.then((turn) => turn.completed()))).resolves.toEqualTypeOf<{ n: number }>();
});

test("JSON Schema objects have the type unknown, also readonly ones and interfaces", () => {
  expectTypeOf(outputOf(thread.run("hi", { outputSchema: { type: "object", properties: {} } }))).resolves.toBeUnknown();
  const schema = { type: "object", properties: { a: { type: "string" } }, required: ["a"] } as const;
  expectTypeOf(outputOf(thread.run("hi", { outputSchema: schema }))).resolves.toBeUnknown();
  const interfaced: JsonSchemaInterface = { type: "object" };
  expectTypeOf(outputOf(thread.run("hi", { outputSchema: interfaced }))).resolves.toBeUnknown();
});

test("without a schema, the type is undefined", () => {
  expectTypeOf(outputOf(thread.run("hi"))).resolves.toBeUndefined();
  expectTypeOf(outputOf(thread.run("hi", {}))).resolves.toBeUndefined();
  expectTypeOf(outputOf(thread.run("hi", { timeoutMs: 1, outputSchema: undefined }))).resolves.toBeUndefined();
});

test("options and schemas of a variable type can be passed through", () => {
  const passOn = (options: TurnOptions, untyped: unknown) => [
    // The return type of JSON.parse is `any`.
    thread.run("hi", { outputSchema: JSON.parse("{}") }),
    thread.run("hi", options),
    thread.run("hi", { outputSchema: untyped }),
    thread.runStreamed("hi", { outputSchema: untyped }).then((turn) => turn.completed()),
  ];
  expectTypeOf(passOn).returns.items.resolves.toEqualTypeOf<Turn>();
  const generic = <Schema extends OutputSchema>(schema: Schema) => thread.run("hi", { outputSchema: schema });
  expectTypeOf(generic).toBeFunction();
});

test("a value that cannot be a schema does not compile", () => {
  const wrong = () => [
    // @ts-expect-error a number
    thread.run("hi", { outputSchema: 42 }),
    // @ts-expect-error a string
    thread.run("hi", { outputSchema: "object" }),
    // @ts-expect-error null
    thread.run("hi", { outputSchema: null }),
    // @ts-expect-error a boolean
    thread.runStreamed("hi", { outputSchema: true }),
    // @ts-expect-error an option that does not exist
    thread.run("hi", { outputSchem: {} }),
  ];
  expectTypeOf(wrong).toBeFunction();
  // @ts-expect-error a number
  const options: TurnOptions = { outputSchema: 42 };
  expectTypeOf(options).toEqualTypeOf<TurnOptions>();
});
