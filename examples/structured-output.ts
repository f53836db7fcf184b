// Typed output: validated by a schema, with an error if it does not match.
import assert from "node:assert/strict";
import { Codex, OutputInvalidError } from "codex-sdk";
import { ScriptedModel, say } from "codex-sdk/testing";
import { z } from "zod";

const Status = z.object({
  summary: z.string(),
  status: z.enum(["ok", "action_required"]),
});

await using model = await ScriptedModel.start([
  say(JSON.stringify({ summary: "All tests pass.", status: "ok" })),
  say(JSON.stringify({ summary: "All tests pass.", status: "splendid" })),
  say(JSON.stringify({ files: 12 })),
]);
await using codex = new Codex(model.codexOptions());
const thread = codex.startThread(model.threadOptions());

const { output } = await thread.run("Summarize repository status", { outputSchema: Status });
// The type is "ok" | "action_required".
const status: "ok" | "action_required" = output.status;
console.log(`${status}: ${output.summary}`);
assert.deepEqual(output, { summary: "All tests pass.", status: "ok" });

try {
  await thread.run("And now?", { outputSchema: Status });
  assert.fail("The answer does not match its schema.");
} catch (error) {
  assert(error instanceof OutputInvalidError);
  console.log(`Refused: ${error.text}`);
  for (const { path, message } of error.issues) console.log(`  at ${path.join(".")}: ${message}`);
  assert.deepEqual(error.issues[0]?.path, ["status"]);
}

// A plain JSON Schema also works: the answer is validated, and its type is unknown.
const count = await thread.run("How many files?", {
  outputSchema: {
    type: "object",
    properties: { files: { type: "integer" } },
    required: ["files"],
    additionalProperties: false,
  },
});
console.log(count.output);
assert.deepEqual(count.output, { files: 12 });
