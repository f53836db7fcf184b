// The scripted model's steps for the README's prompts.
import { callTool, patch, runCommand, say } from "../../src/testing/index.js";
import type { ModelRequest, Step } from "../../src/testing/index.js";

const quick = (command: string) => runCommand(command, { login: false });

const steps: Record<string, readonly Step[]> = {
  "Implement the fix": [patch({ "fixed.txt": { add: "fixed\n" } }), say("Done.")],
  "Now add a test": [quick("echo a test"), say("Added.", { pieces: 3 })],
  "Explain the change in two sentences": [say("It was broken. Now it is not.", { pieces: 5, phase: "final_answer" })],
  "Summarize repository status": [say('{"summary":"All is well.","status":"ok"}')],
  "Run the tests outside the sandbox": [
    runCommand("echo npm test", { escalate: "May I?", login: false }),
    say("They pass."),
  ],
  "Where is order 7?": [callTool("find_order", { number: 7 }), say("It was shipped.")],
};

/** One step after the other for each turn; other prompts are answered immediately. */
export function answerTo(): (request: ModelRequest) => Step {
  const asked = new Map<string, number>();
  return (request) => {
    const turn = request.turnId ?? "";
    const position = asked.get(turn) ?? 0;
    asked.set(turn, position + 1);
    const prompt = request.userTexts.findLast((text) => text in steps) ?? "";
    return steps[prompt === request.lastUserText || position > 0 ? prompt : ""]?.[position] ?? say("So it is.");
  };
}
