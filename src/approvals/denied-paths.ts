// The paths that a policy denies, so that Codex's sandbox can enforce them for the thread.
import type { ApprovalHandler, ApprovalPolicy } from "./approval.js";

/** A registered symbol, so that the policies of another copy of this SDK are recognised. */
const brand = Symbol.for("codex-sdk.deniedPaths");

export function withDeniedPaths(policy: ApprovalPolicy, paths: readonly string[]): ApprovalPolicy {
  return paths.length === 0 ? policy : Object.defineProperty(policy, brand, { value: [...paths] });
}

/** The paths of all `deny` policies in the handler; empty for a handler that does not consist of policies. */
export function deniedPathsOf(handler: ApprovalHandler | ApprovalPolicy | undefined): readonly string[] {
  const paths: unknown = handler && Object.hasOwn(handler, brand) ? Reflect.get(handler, brand) : [];
  return Array.isArray(paths) ? paths.filter((each) => typeof each === "string") : [];
}
