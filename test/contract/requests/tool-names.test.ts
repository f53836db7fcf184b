// Names and schemas of tools as Codex accepts them: this SDK rejects what Codex would reject or drop.
import { expect, test } from "vitest";
import { z } from "zod";
import { tool } from "../../../src/index.js";
import type { OutputSchema, ThreadOptions } from "../../../src/index.js";
import { say } from "../../../src/testing/index.js";
import type { OfferedTool } from "../../../src/testing/index.js";
import { isReserved } from "../../../src/tools/reserved-names.js";
import { warmCodex } from "../../support/workspace.js";

/** Tools that Codex groups have a namespace before their names, so they do not conflict with others. */
function isGroup({ type }: OfferedTool): boolean {
  return type === "namespace";
}

const settings: [string, ThreadOptions][] = [
  ["a model with direct tools", { model: "gpt-5.5", planTool: true, webSearchMode: "live" }],
  ["a model that Codex does not know", { model: "some-model", planTool: true }],
  ["a model that writes code", { planTool: true, webSearchMode: "live" }],
  ["disabled tools", { model: "gpt-5.5", config: { features: { request_permissions_tool: true } } }],
];

test.each(settings)("the names of Codex's own tools are rejected: %s", async (_, options) => {
  const { model, codex } = await warmCodex([say("ok")]);
  await codex.startThread({ ...options, skipGitRepoCheck: true }).run("Go.");
  const [request] = model.requests;
  const direct = request?.tools.filter((each) => !isGroup(each)).map(({ name, type }) => name ?? type) ?? [];
  // Models that write code receive a list of the functions that they may call.
  const functions = [...JSON.stringify(request?.body).matchAll(/### `(\w+)`/g)].map((match) => match[1] ?? "");
  const names = [...direct, ...functions];
  expect(names.length).toBeGreaterThan(5);
  expect(names.filter((name) => !isReserved(name) && !name.includes("__"))).toEqual([]);
});

test("names at the limits of the format reach the model", async () => {
  const names = ["a", "1", "-", "_x", "send_message", "sleep", "shell", "x".repeat(64), "A-b_9"];
  const tools = names.map((name) => tool({ name, description: `Mine: ${name}`, execute: () => "ok" }));
  const { model, codex } = await warmCodex([say("ok")]);
  await codex.startThread(model.threadOptions({ tools })).run("Go.");
  const mine = model.requests[0]?.tools.filter(({ description }) => String(description).startsWith("Mine: "));
  expect(mine?.map(({ name }) => name).toSorted()).toEqual(names.toSorted());
});

test("schemas of many shapes are accepted, and keep their meaning", async () => {
  const rich = z
    .object({
      text: z.string().min(1).max(10).describe("Some text."),
      choice: z.enum(["a", "b"]),
      either: z.union([z.string(), z.number()]),
      maybe: z.string().nullable().optional(),
      list: z.array(z.object({ n: z.int() })).max(3),
      record: z.record(z.string(), z.boolean()),
      literal: z.literal("fixed"),
      pair: z.tuple([z.string(), z.number()]),
      any: z.unknown(),
    })
    .describe("All of it.");
  const tree = {
    $schema: "http://json-schema.org/draft-07/schema#",
    type: "object",
    properties: { root: { $ref: "#/$defs/node" } },
    required: ["root"],
    $defs: { node: { type: "object", properties: { children: { type: "array", items: { $ref: "#/$defs/node" } } } } },
  };
  const kinds = {
    rich,
    tree,
    loose: z.looseObject({}),
    all_of: { type: "object", allOf: [{ properties: { a: { type: "string" } } }, { required: ["a"] }] },
    one_of: { type: "object", oneOf: [{ required: ["a"] }, { required: ["b"] }], properties: { a: {}, b: {} } },
  };
  const tools = Object.entries(kinds).map(([name, input]) =>
    tool<OutputSchema>({ name, description: "Takes it.", input, execute: () => "ok" }),
  );
  const { model, codex } = await warmCodex([say("ok")]);
  await codex.startThread(model.threadOptions({ tools })).run("Go.");
  const parameters = (name: string) => model.requests[0]?.tools.find((each) => each.name === name)?.["parameters"];
  expect(parameters("rich")).toMatchObject({
    type: "object",
    properties: {
      text: { type: "string", description: "Some text." },
      choice: { enum: ["a", "b"] },
      either: { type: ["string", "number"] },
      list: { type: "array", items: { properties: { n: { type: "integer" } } } },
      record: { additionalProperties: { type: "boolean" } },
    },
    required: expect.arrayContaining(["text", "choice", "list"]),
  });
  expect(JSON.stringify(parameters("tree"))).toContain('"$ref":"#/$defs/node"');
  for (const name of ["loose", "all_of", "one_of"]) expect(parameters(name)).toMatchObject({ type: "object" });
});
