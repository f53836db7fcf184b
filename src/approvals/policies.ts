// Ready-made policies that answer approval requests.
import type {
  ApprovalContext,
  ApprovalDecision,
  ApprovalOpinion,
  ApprovalPolicy,
  ApprovalRequest,
} from "./approval.js";
import { checkFunction, checkRules, listProblem, notOneOf } from "./rules/check-rules.js";
import { wholeMatcher } from "./rules/covers.js";
import { deniedPathsOf, withDeniedPaths } from "./denied-paths.js";
import { describeRequest } from "./describe-request.js";
import type { AllowRules, DenyRules } from "./rules/rules.js";
import { partMatcher } from "./rules/touches.js";
import { InvalidInputError } from "../errors/errors.js";

/** Asks a person: `true` approves once, `false` declines, and `undefined` leaves the decision to the next policy. */
export type AskFunction = (
  question: string,
  request: ApprovalRequest,
  context: ApprovalContext,
) => boolean | ApprovalOpinion | Promise<boolean | ApprovalOpinion>;

const allowOptions = {
  as: notOneOf(["approve", "approve_for_session"]),
  directories: (value: unknown) => listProblem("directories", value),
};
const denyOptions = {
  reason: (value: unknown) => (typeof value === "string" && value.trim() !== "" ? undefined : "must be a text"),
};

/** Ready-made policies. Each is an `onApproval` handler; a request on which no policy has an opinion is declined. */
export const approvals = {
  /**
   * Approves requests that the rules cover completely: every command of a chain, every file of a change.
   *
   * A command is covered only if it runs in the thread's directory or in `directories`, if its programs are on the PATH
   * outside directories that the agent can write to, and if its text shows what it runs, without variables, substitutions,
   * redirections and globs. `git` is covered only in a repository whose configuration, hooks and submodules do not start
   * other programs.
   * @throws InvalidInputError for unknown keys, invalid values, and rules that cannot match.
   */
  allow(rules: AllowRules): ApprovalPolicy {
    checkRules("allow", rules, allowOptions);
    const { as: decision = "approve" } = rules;
    const covers = wholeMatcher(rules);
    return (request, context) => (covers(request, context) ? possible(decision, request) : undefined);
  },

  /**
   * Declines requests that the rules match in part: one command of a chain, one file of a change, one permission.
   *
   * `paths` are enforced by Codex's sandbox. Everything else is best effort, not a security boundary: a command can be
   * written in many ways. Rely on what you allow, and ask for the rest.
   * @throws InvalidInputError for unknown keys, invalid values, and rules that cannot match.
   */
  deny(rules: DenyRules): ApprovalPolicy {
    checkRules("deny", rules, denyOptions);
    const { reason, paths = [] } = rules;
    const touches = partMatcher(rules);
    const policy: ApprovalPolicy = (request, context) =>
      touches(request, context) ? { decision: "decline", reason } : undefined;
    return withDeniedPaths(policy, paths);
  },

  /** Asks the policies in order, and uses the first opinion. */
  firstOf(...policies: readonly ApprovalPolicy[]): ApprovalPolicy {
    for (const [index, policy] of policies.entries()) checkFunction(`approvals.firstOf(): policy ${index}`, policy);
    const combined: ApprovalPolicy = async (request, context) => {
      for (const policy of policies) {
        const answer = await policy(request, context);
        if (answer !== undefined) return answer;
      }
      return undefined;
    };
    return withDeniedPaths(combined, policies.flatMap(deniedPathsOf));
  },

  /**
   * Asks a person. The question states everything that "approve" would grant, in one line. Text of the agent is in double
   * quotes, and characters that could be mistaken for something else are escaped.
   */
  ask(ask: AskFunction): ApprovalPolicy {
    checkFunction("approvals.ask(): its argument", ask);
    return async (request, context) => {
      const answer = await ask(describeRequest(request), request, context);
      return typeof answer === "boolean" ? (answer ? "approve" : "decline") : answer;
    };
  },

  /**
   * Gives the same answer to every request. If a request does not accept a longer approval, it is approved once.
   * @throws InvalidInputError if the value is not a decision.
   */
  fixed(decision: ApprovalDecision): ApprovalPolicy {
    const problem = notOneOf(["approve", "approve_for_session", "approve_always", "decline", "abort"])(decision);
    if (problem !== undefined) throw new InvalidInputError(`approvals.fixed(): the decision ${problem}.`);
    return (request) => possible(decision, request);
  },
};

function possible(decision: ApprovalDecision, { answers }: ApprovalRequest): ApprovalDecision {
  return answers.includes(decision) || !decision.startsWith("approve") ? decision : "approve";
}
