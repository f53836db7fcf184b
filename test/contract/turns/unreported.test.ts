// Actions that Codex rejects before they become items: the agent reads why, and the stream has nothing. docs/events.md
// states this. What the sandbox blocks is a command that failed, if it ran long enough for Codex to report it.
import { expect, test } from "vitest";
import { patch, runCommand, say } from "../../../src/testing/index.js";
import { codexOn, repository, scriptedModel } from "../../support/workspace.js";

test.each(["app-server", "exec"] as const)(
  "rejected escalations and patches, and blocked commands, over %s",
  async (transport) => {
    const answers: string[] = [];
    const model = await scriptedModel([
      runCommand("touch escalated", { login: false, escalate: "to write" }),
      ({ newOutputs }) => {
        answers.push(newOutputs[0]!.text);
        return patch({ "missing.txt": { update: { from: "not there", to: "new" } } });
      },
      ({ newOutputs }) => {
        answers.push(newOutputs[0]!.text);
        return runCommand("sleep 0.5; touch blocked", { login: false });
      },
      say("done"),
    ]);
    const thread = codexOn(model, { transport }).startThread({
      ...model.threadOptions(),
      workingDirectory: repository(),
      sandboxMode: "read-only",
    });
    const turn = await thread.run("go");
    expect(turn.items).toMatchObject([
      {
        type: "command_execution",
        status: "failed",
        aggregated_output: expect.stringContaining("Read-only file system"),
      },
      { type: "agent_message", text: "done" },
    ]);
    expect(answers[0]).toMatch(/approval policy|escalat|sandbox/i);
    expect(answers[1]).toMatch(/patch|missing\.txt/i);
  },
);
