// Ready-made policies that answer requests for approval.
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

/** Asks a person: `true` approves once, `false` declines, and `undefined` leaves it to the next policy. */
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
   * Approves what the rules cover as a whole: every command of a chain, every file of a change.
   *
   * Commands are covered only in the thread's directory, or in `directories`; only if they run programs of the system's
   * PATH outside directories that the agent can write; and only if their text shows what they run, without variables,
   * substitutions, redirections and globs. `git` is covered only in a repository whose own configuration, hooks and
   * submodules start no other program.
   * @throws InvalidInputError for unknown keys, invalid values, and rules that cannot match.
   */
  allow(rules: AllowRules): ApprovalPolicy {
    checkRules("allow", rules, allowOptions);
    const { as: decision = "approve" } = rules;
    const covers = wholeMatcher(rules);
    return (request, context) => (covers(request, context) ? possible(decision, request) : undefined);
  },

  /**
   * Declines what the rules touch in part: one command of a chain, one file of a change, one permission.
   *
   * `paths` are enforced by Codex's sandbox. Everything else is best effort, not a security boundary: a command can be
   * written in many ways. To be safe, allow what you know and ask for the rest.
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

  /** Asks the policies in order. The first opinion is the answer. */
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
   * Asks a person. The question states everything that "approve" would grant, on one line; text of the agent is in
   * double quotes, and characters that a terminal or a reader could take for something else are escaped.
   */
  ask(ask: AskFunction): ApprovalPolicy {
    checkFunction("approvals.ask(): its argument", ask);
    return async (request, context) => {
      const answer = await ask(describeRequest(request), request, context);
      return typeof answer === "boolean" ? (answer ? "approve" : "decline") : answer;
    };
  },

  /**
   * Gives the same answer to every request. If a request cannot be approved for longer, it is approved once.
   * @throws InvalidInputError for a value that is not a decision.
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
