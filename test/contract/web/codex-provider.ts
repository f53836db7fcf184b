// A provider of `codex-sdk/ai-sdk` over a warm Codex and a scripted model, shared by the tests of a file.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { tool } from "ai";
import { afterAll, beforeAll, beforeEach } from "vitest";
import { z } from "zod";
import { createCodexProvider } from "../../../src/ai-sdk/index.js";
import { Codex } from "../../../src/index.js";
import { say, ScriptedModel } from "../../../src/testing/index.js";
import type { Step } from "../../../src/testing/index.js";

export let scripted: ScriptedModel;
export let codex: Codex;
export let directory: string;
export let provider: ReturnType<typeof createCodexProvider>;
export const steps: Step[] = [];

/** Call once in each test file: it starts Codex and the model before the tests, and closes them after. */
export function setUpProvider(): void {
  beforeAll(async () => {
    directory = mkdtempSync(path.join(tmpdir(), "codex-sdk-ai-"));
    scripted = await ScriptedModel.start(() => steps.shift() ?? say("Nothing is left to say."));
    codex = new Codex(scripted.codexOptions());
    const { model: _, ...options } = scripted.threadOptions({
      workingDirectory: directory,
      sandboxMode: "workspace-write" as const,
    });
    provider = createCodexProvider(codex, options);
  });
  beforeEach(() => {
    steps.length = 0;
  });
  afterAll(async () => {
    await codex.close();
    await scripted.close();
    rmSync(directory, { recursive: true, force: true });
  });
}

export const model = () => provider("gpt-5.5");
export const last = () => scripted.requests.at(-1)!;

export const weather = tool({
  description: "The weather of a city.",
  inputSchema: z.object({ city: z.string() }),
  execute: ({ city }) =>
    city === "Atlantis" ? Promise.reject(new Error("It has sunk.")) : { weather: `Sunny in ${city}` },
});
