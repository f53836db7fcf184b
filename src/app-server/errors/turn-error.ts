// Converts the error of a turn in the protocol to one of this SDK's classes.
import type { CodexError } from "../../errors/errors.js";
import { toError } from "../../errors/to-error.js";
import type { CodexErrorInfo } from "../protocol/v2/CodexErrorInfo.js";
import type { TurnError } from "../protocol/v2/TurnError.js";

export function toCodexError(error: TurnError, resetsAt: Date | undefined): CodexError {
  const { kind, httpStatus } = kindOf(error.codexErrorInfo);
  return toError({
    message: error.message,
    kind,
    httpStatus: httpStatus ?? (kind === "badRequest" ? 400 : undefined),
    ...(kind === "usageLimitExceeded" && { resetsAt }),
  });
}

function kindOf(info: CodexErrorInfo | null): { kind?: string; httpStatus?: number } {
  if (info === null) return {};
  if (typeof info === "string") return { kind: info };
  const [kind, details] = Object.entries(info)[0] ?? [];
  if (kind === undefined) return {};
  const status: unknown =
    typeof details === "object" && details !== null && "httpStatusCode" in details ? details.httpStatusCode : undefined;
  return { kind, ...(typeof status === "number" && { httpStatus: status }) };
}
