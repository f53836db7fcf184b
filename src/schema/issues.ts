// Describes the mismatches between a value and a schema in one sentence.
import type { OutputIssue } from "../errors/errors.js";
import { formatPath } from "../internal/json.js";

const shownIssues = 5;

export function summarize(issues: readonly OutputIssue[]): string {
  const shown = issues.slice(0, shownIssues).map(({ path, message }) => `${formatPath(path)} ${message}`);
  const more = issues.length - shown.length;
  return more > 0 ? `${shown.join("; ")}; and ${more} more` : shown.join("; ");
}
