// Checks a step before it is played, so that a wrong script says what is wrong with it.
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

/** The answer that a step stands for. `where` begins the sentence that says what is wrong. */
export function checkStep(step: Step, where: string): Answer {
  if (typeof step !== "object" || step === null) {
    throw new ScriptError(
      `${where} is ${describe(step)}. A step is made by say(), runCommand(), patch(), fail() and the like, or is a list of them.`,
    );
  }
  const answer = toAnswer(step);
  if (answer.parts.length === 0)
    throw new ScriptError(`${where} is empty. Give it at least one part, such as say("Done.").`);
  answer.parts.forEach((part, index) => checkPart(part, index, answer, where));
  return answer;
}

function checkPart(part: Part | RefusalPart, index: number, answer: Answer, where: string): void {
  const kind: unknown = typeof part === "object" && part !== null ? part.kind : undefined;
  if (typeof kind !== "string" || !kinds.has(kind)) {
    const hint =
      kind === "answer"
        ? "respond(), together(), repeat() and fail() are whole steps and cannot stand in a list of parts."
        : "";
    throw new ScriptError(
      `${where}: its part ${index + 1} is ${describe(part)}. ${hint || "Make parts with say(), runCommand(), patch() and the like."}`,
    );
  }
  if (ends.has(kind) && index < answer.parts.length - 1) {
    throw new ScriptError(`${where}: nothing can follow its part ${index + 1} (${kind}), which ends the answer.`);
  }
}

function describe(value: unknown): string {
  if (typeof value === "function") return "a function, which only stands as a whole step";
  return (JSON.stringify(value) ?? String(value)).slice(0, 120);
}
