// What a review looks at.
import { describe } from "../validation/check-options.js";
import { InvalidInputError } from "../errors/errors.js";
import type { TurnOptions } from "./options.js";

export type ReviewTarget =
  /** What is staged, unstaged and untracked in the working directory. */
  | { type: "uncommitted_changes" }
  /** What the working directory's branch has that this branch has not. */
  | { type: "base_branch"; branch: string }
  /** What a commit changed. `title` is its subject, for the reader. */
  | { type: "commit"; sha: string; title?: string | undefined }
  /** Own words. */
  | { type: "custom"; instructions: string };

export type ReviewOptions = Pick<TurnOptions, "budget" | "signal" | "timeoutMs" | "idleTimeoutMs">;

const fields: Record<ReviewTarget["type"], readonly string[]> = {
  uncommitted_changes: [],
  base_branch: ["branch"],
  commit: ["sha"],
  custom: ["instructions"],
};

/** @throws InvalidInputError */
export function checkReviewTarget(target: unknown): void {
  const types = Object.keys(fields).map((type) => JSON.stringify(type));
  if (typeof target !== "object" || target === null || !("type" in target)) {
    throw new InvalidInputError(`A review needs a target, such as { type: ${types[0]} }, not ${describe(target)}.`);
  }
  const needed = typeof target.type === "string" && Object.hasOwn(fields, target.type) ? target.type : undefined;
  if (needed === undefined) {
    throw new InvalidInputError(
      `A review's target has a \`type\` of ${types.join(", ")}, not ${describe(target.type)}.`,
    );
  }
  // The type was found among the fields' names.
  for (const field of fields[needed as ReviewTarget["type"]]) checkText(target, field);
  if ("title" in target && target.title !== undefined) checkText(target, "title");
}

function checkText(target: object, field: string): void {
  const value: unknown = Reflect.get(target, field);
  if (typeof value === "string" && value.trim() !== "") return;
  throw new InvalidInputError(
    `A review's target needs \`${field}\`: a string that is not empty, not ${describe(value)}.`,
  );
}
