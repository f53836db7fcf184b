// Reads the ID from a response. A malformed response is detected here.
import { isJsonObject } from "../../../internal/json.js";

/** The ID of the thread or turn in a response. @throws TypeError if the response does not contain it. */
export function answerId(what: "thread" | "turn", answer: unknown): string {
  const subject = isJsonObject(answer) ? answer[what] : undefined;
  if (isJsonObject(subject) && typeof subject["id"] === "string") return subject["id"];
  throw new TypeError(`it does not contain the ID of a ${what}.`);
}
