// Validates a step before it is played.
import type { Answer, Part, RefusalPart, Step } from "./part.js";
import { toAnswer } from "../server/respond.js";
import { ScriptError } from "./script-error.js";

const ends = new Set(["cut", "silence", "malformed", "failed", "incomplete", "refusal"]);
const kinds = new Set([
  ...ends,
  "message",
  "reasoning",
  "call",
  "custom_call",
  "web_search",
  "item",
  "event",
  "pause",
  "wait",
]);

/** Converts a step to an answer. `where` begins the error message. */
export function checkStep(step: Step, where: string): Answer {
  if (typeof step !== "object" || step === null) {
    throw new ScriptError(
      `${where} is ${describe(step)}. Create steps with say(), runCommand(), patch(), fail() and similar functions, or pass a list of them.`,
    );
  }
  const answer = toAnswer(step);
  if (answer.parts.length === 0)
    throw new ScriptError(`${where} is empty. Add at least one part, such as say("Done.").`);
  answer.parts.forEach((part, index) => checkPart(part, index, answer, where));
  return answer;
}

function checkPart(part: Part | RefusalPart, index: number, answer: Answer, where: string): void {
  const kind: unknown = typeof part === "object" && part !== null ? part.kind : undefined;
  if (typeof kind !== "string" || !kinds.has(kind)) {
    const hint =
      kind === "answer"
        ? "respond(), together(), repeat() and fail() are complete steps and cannot be in a list of parts."
        : "";
    throw new ScriptError(
      `${where}: its part ${index + 1} is ${describe(part)}. ${hint || "Create parts with say(), runCommand(), patch() and similar functions."}`,
    );
  }
  if (ends.has(kind) && index < answer.parts.length - 1) {
    throw new ScriptError(`${where}: its part ${index + 1} (${kind}) ends the answer. Remove the parts after it.`);
  }
}

function describe(value: unknown): string {
  if (typeof value === "function") return "a function, which must be a complete step";
  return (JSON.stringify(value) ?? String(value)).slice(0, 120);
}
