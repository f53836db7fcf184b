// The target of a review, and its validation.
import { describe } from "../validation/check-options.js";
import { InvalidInputError } from "../errors/errors.js";
import type { TurnOptions } from "./options.js";

export type ReviewTarget =
  /** Staged, unstaged and untracked changes in the working directory. */
  | { type: "uncommitted_changes" }
  /** Changes on the current branch that are not on `branch`. */
  | { type: "base_branch"; branch: string }
  /** Changes of a commit. `title` is its subject, shown to the reader. */
  | { type: "commit"; sha: string; title?: string | undefined }
  /** Custom instructions. */
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
    throw new InvalidInputError(`A review requires a target, such as { type: ${types[0]} }, not ${describe(target)}.`);
  }
  const needed = typeof target.type === "string" && Object.hasOwn(fields, target.type) ? target.type : undefined;
  if (needed === undefined) {
    throw new InvalidInputError(
      `The \`type\` of a review's target must be ${types.join(", ")}, not ${describe(target.type)}.`,
    );
  }
  // `type` is a key of `fields`.
  for (const field of fields[needed as ReviewTarget["type"]]) checkText(target, field);
  if ("title" in target && target.title !== undefined) checkText(target, "title");
}

function checkText(target: object, field: string): void {
  const value: unknown = Reflect.get(target, field);
  if (typeof value === "string" && value.trim() !== "") return;
  throw new InvalidInputError(
    `The target of a review requires \`${field}\`, a string that is not empty, not ${describe(value)}.`,
  );
}
