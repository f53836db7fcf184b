// What an answer is about. A codex that speaks otherwise is found out here, not by a crash further on.
import { isJsonObject } from "../../../internal/json.js";

/** The id of the thread or turn that the answer names. */
export function answerId(what: "thread" | "turn", answer: unknown): string {
  const subject = isJsonObject(answer) ? answer[what] : undefined;
  if (isJsonObject(subject) && typeof subject["id"] === "string") return subject["id"];
  throw new TypeError(`it names no ${what}.`);
}
