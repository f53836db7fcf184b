// The paths that a policy denies, so that a thread can have Codex's sandbox enforce them.
import type { ApprovalHandler, ApprovalPolicy } from "./approval.js";

/** Registered, so that the policies of another copy of this SDK are recognised. */
const brand = Symbol.for("codex-sdk.deniedPaths");

export function withDeniedPaths(policy: ApprovalPolicy, paths: readonly string[]): ApprovalPolicy {
  return paths.length === 0 ? policy : Object.defineProperty(policy, brand, { value: [...paths] });
}

/** The paths of every `deny` in the handler; empty for a handler that was not made of policies. */
export function deniedPathsOf(handler: ApprovalHandler | ApprovalPolicy | undefined): readonly string[] {
  const paths: unknown = handler && Object.hasOwn(handler, brand) ? Reflect.get(handler, brand) : [];
  return Array.isArray(paths) ? paths.filter((each) => typeof each === "string") : [];
}
