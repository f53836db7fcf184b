// Reads the ID from a response, so that a malformed response is reported here.
import { isJsonObject } from "../../../internal/json.js";

/** The ID of the thread or turn in a response. @throws TypeError if there is none. */
export function answerId(what: "thread" | "turn", answer: unknown): string {
  const subject = isJsonObject(answer) ? answer[what] : undefined;
  if (isJsonObject(subject) && typeof subject["id"] === "string") return subject["id"];
  throw new TypeError(`it names no ${what}.`);
}
