// A review of uncommitted changes, as a turn.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Codex } from "codex-sdk";
import { ScriptedModel, runCommand, say } from "codex-sdk/testing";

const repository = await mkdtemp(path.join(os.tmpdir(), "codex-sdk-review-"));
execFileSync("git", ["init", "-q"], { cwd: repository });
await writeFile(path.join(repository, "sum.js"), "export const sum = (a, b) => a - b;\n");

await using model = await ScriptedModel.start([
  runCommand("cat sum.js", { login: false }),
  say(
    JSON.stringify({
      findings: [
        {
          title: "sum subtracts",
          body: "It should add.",
          confidence_score: 1,
          priority: 0,
          code_location: {
            absolute_file_path: path.join(repository, "sum.js"),
            line_range: { start: 1, end: 1 },
          },
        },
      ],
      overall_correctness: "patch is incorrect",
      overall_explanation: "One bug.",
      overall_confidence_score: 1,
    }),
  ),
]);
await using codex = new Codex(model.codexOptions());
const thread = codex.startThread(model.threadOptions({ workingDirectory: repository }));

// Or { type: "base_branch", branch: "main" }, { type: "commit", sha }, { type: "custom", instructions }.
const review = await thread.review({ type: "uncommitted_changes" }, { timeoutMs: 60_000 });
for await (const event of review) {
  if (event.type === "item.completed" && event.item.type === "command_execution")
    console.log(`$ ${event.item.command}`);
}
const { finalResponse } = await review.completed();
console.log(finalResponse);
assert.match(finalResponse, /sum subtracts/);

await codex.close();
await rm(repository, { recursive: true, force: true });
