// The models that Codex offers.
import { expect, test } from "vitest";
import { Codex } from "../../../src/index.js";
import type { ListModelsOptions } from "../../../src/index.js";
import { say } from "../../../src/testing/index.js";
import { warmCodex } from "../../support/workspace.js";

test("models are listed with their efforts, one of them the default", async () => {
  const { codex } = await warmCodex([]);
  const models = await codex.listModels();
  expect(models.filter(({ isDefault }) => isDefault).length).toBe(1);
  expect(models.every(({ hidden }) => !hidden)).toBe(true);
  expect(models.find(({ id }) => id === "gpt-5.5")).toEqual({
    id: "gpt-5.5",
    displayName: "GPT-5.5",
    description: expect.any(String),
    isDefault: false,
    hidden: false,
    efforts: expect.arrayContaining([{ effort: "low", description: expect.any(String) }]),
    defaultEffort: expect.any(String),
    inputModalities: ["text", "image"],
    upgrade: "gpt-6-sol",
  });
  for (const { efforts, defaultEffort } of models) {
    expect(efforts.map(({ effort }) => effort)).toContain(defaultEffort);
  }
  const all = await codex.listModels({ includeHidden: true });
  expect(all.length).toBeGreaterThan(models.length);
  expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
});

test("an effort that this SDK does not know reaches the model", async () => {
  const { model, codex } = await warmCodex([say("ok"), say("ok")]);
  const thread = codex.startThread(model.threadOptions({ modelReasoningEffort: "extreme" }));
  await thread.run("hi");
  await thread.run("hi", { modelReasoningEffort: "mild" });
  expect(model.requests.map(({ body }) => body)).toMatchObject([
    { reasoning: { effort: "extreme" } },
    { reasoning: { effort: "mild" } },
  ]);
});

test("an unknown option is rejected before Codex is started", async () => {
  const codex = new Codex({ codexPathOverride: "/nonexistent/codex" });
  const options = { hidden: true } as ListModelsOptions;
  await expect(codex.listModels(options)).rejects.toMatchObject({ code: "invalid_input" });
});
