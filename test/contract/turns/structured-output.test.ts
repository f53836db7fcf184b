// Structured output, from the schema to the request that the model receives, and back.
import { toStandardJsonSchema } from "@valibot/to-json-schema";
import { type } from "arktype";
import { expect, test } from "vitest";
import * as v from "valibot";
import { z } from "zod";
import { InvalidInputError, OutputInvalidError } from "../../../src/index.js";
import { say } from "../../../src/testing/index.js";
import { warmCodex } from "../../support/workspace.js";

const strictForm = {
  type: "object",
  properties: { status: { type: "string", enum: ["bad", "ok"] }, note: { type: ["string", "null"] } },
  required: ["status", "note"],
  additionalProperties: false,
};

const answer = '{"status":"ok","note":null}';

test.each([
  [
    "JSON Schema",
    { type: "object", properties: { status: { enum: ["bad", "ok"] }, note: { type: "string" } }, required: ["status"] },
  ],
  ["Zod", z.object({ status: z.enum(["bad", "ok"]), note: z.string().optional() })],
  ["ArkType", type({ status: "'bad'|'ok'", "note?": "string" })],
  ["Valibot", toStandardJsonSchema(v.object({ status: v.picklist(["bad", "ok"]), note: v.optional(v.string()) }))],
])("%s reaches the model in its strict form, and the answer is returned in its own", async (_name, outputSchema) => {
  const { model, codex } = await warmCodex([say(answer, { phase: "final_answer" })]);
  const thread = codex.startThread(model.threadOptions());
  const turn = await thread.run("How is it?", { outputSchema });
  expect(model.requests[0]?.textFormat).toMatchObject({ type: "json_schema", strict: true, schema: strictForm });
  expect(model.requests[0]?.outputSchema).toEqual(strictForm);
  expect(turn.output).toEqual({ status: "ok" });
  expect(turn.finalResponse).toBe(answer);
});

test("only the final message is parsed, and the schema is the turn's own", async () => {
  const commentary = say("I will look.", { phase: "commentary" });
  const { model, codex } = await warmCodex([[commentary, say(answer, { phase: "final_answer" })], say("Free text.")]);
  const thread = codex.startThread(model.threadOptions());
  const outputSchema = z.object({ status: z.string(), note: z.string().optional() });
  expect((await thread.run("How is it?", { outputSchema })).output).toEqual({ status: "ok" });
  const second = await thread.run("And now?");
  expect(second.output).toBeUndefined();
  expect(second.finalResponse).toBe("Free text.");
  expect(model.requests[1]?.textFormat).toBeUndefined();
});

test.each([
  ["that is not JSON", "All done.", "cannot be read as JSON"],
  ["that does not match", '{"status":1}', "$.status"],
])("an answer %s is an error with the text, and the thread continues", async (_name, text, reason) => {
  const { model, codex } = await warmCodex([
    say(text, { phase: "final_answer" }),
    say(answer, { phase: "final_answer" }),
  ]);
  const thread = codex.startThread(model.threadOptions());
  const outputSchema = z.object({ status: z.string(), note: z.string().nullish() });
  const error: unknown = await thread.run("How is it?", { outputSchema }).catch((error: unknown) => error);
  expect(error).toBeInstanceOf(OutputInvalidError);
  expect(error).toMatchObject({ text, message: expect.stringContaining(reason), turn: { finalResponse: text } });
  expect((await thread.run("Once more.", { outputSchema })).output).toEqual({ status: "ok", note: null });
});

test("a schema that strict mode cannot express is rejected before anything is sent", async () => {
  const { model, codex } = await warmCodex([]);
  const thread = codex.startThread(model.threadOptions());
  const outputSchema = z.object({ meta: z.record(z.string(), z.string()) });
  const attempt = thread.run("How is it?", { outputSchema });
  await expect(attempt).rejects.toThrow(InvalidInputError);
  await expect(attempt).rejects.toThrow("$.properties.meta");
  expect(model.requests).toHaveLength(0);
  expect(thread.id).toBeNull();
});
