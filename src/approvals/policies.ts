// Ready-made answers to requests for approval, to be put together.
import type {
  ApprovalAnswer,
  ApprovalContext,
  ApprovalDecision,
  ApprovalHandler,
  ApprovalRequest,
} from "./approval.js";
import { commandMatcher } from "./command-rule.js";
import type { CommandRule } from "./command-rule.js";
import { describeRequest } from "./describe-request.js";
import { matchesHost } from "./host-rule.js";
import { matchesPath, pathsOf, touchesPath } from "./path-rule.js";

/** What a policy speaks of. Of what is not named it has no opinion. */
export interface ApprovalRules {
  /**
   * Commands: `"npm test"` is exactly that, `"git log *"` takes any more arguments, a RegExp is matched against the
   * words joined by single spaces. Each command of a chain counts by itself.
   */
  commands?: readonly CommandRule[] | undefined;
  /** Files that are changed: `src/**`, `*.md`, absolute or relative to the thread's directory. Links are followed. */
  paths?: readonly string[] | undefined;
  /** Hosts that commands reach: `registry.example`, or `*.example` for all below it. */
  hosts?: readonly string[] | undefined;
  /** Tools of MCP servers: `server.tool`, or `server.*`. */
  mcpTools?: readonly string[] | undefined;
}

export interface AllowRules extends ApprovalRules {
  /** Default `approve`. */
  as?: "approve" | "approve_for_session" | undefined;
}

export interface DenyRules extends ApprovalRules {
  /** Told to the agent. */
  reason?: string | undefined;
}

/** Asks a person: `true` approves, `false` declines. */
export type AskFunction = (
  question: string,
  request: ApprovalRequest,
  context: ApprovalContext,
) => boolean | ApprovalAnswer | Promise<boolean | ApprovalAnswer>;

/** Ready-made `onApproval` handlers. Each is silent about what it does not know; what all are silent about is declined. */
export const approvals = {
  /**
   * Approves what is wholly covered by the rules: every command of a chain, every file of a change. Command lines whose
   * outcome their text does not show (variables, substitutions, redirections, globs) are never covered.
   * @throws InvalidInputError for a command rule that is not one plain command.
   */
  allow({ as: decision = "approve", ...rules }: AllowRules): ApprovalHandler {
    const covers = whollyCovers(rules);
    return (request) => (covers(request) ? possible(decision, request) : undefined);
  },

  /**
   * Declines what the rules touch: one command of a chain, one file of a change. A command line that cannot be read is
   * declined when it mentions the program of a rule. A fence for an agent that means well, no wall against one that does not.
   * @throws InvalidInputError for a command rule that is not one plain command.
   */
  deny({ reason, ...rules }: DenyRules): ApprovalHandler {
    const touches = partlyTouches(rules);
    return (request) => (touches(request) ? { decision: "decline", reason } : undefined);
  },

  /** The first opinion that one of the handlers has, in their order. */
  firstOf(...handlers: readonly ApprovalHandler[]): ApprovalHandler {
    return async (request, context) => {
      for (const handler of handlers) {
        const answer = await handler(request, context);
        if (answer !== undefined) return answer;
      }
      return undefined;
    };
  },

  /** Puts each request into words and asks. */
  ask(ask: AskFunction): ApprovalHandler {
    return async (request, context) => {
      const answer = await ask(describeRequest(request), request, context);
      return typeof answer === "boolean" ? (answer ? "approve" : "decline") : answer;
    };
  },

  /** The same answer always; where a request cannot be approved for longer, it is approved once. */
  always(decision: ApprovalDecision): ApprovalHandler {
    return (request) => possible(decision, request);
  },
};

function possible(decision: ApprovalDecision, { answers }: ApprovalRequest): ApprovalDecision {
  return answers.includes(decision) || !decision.startsWith("approve") ? decision : "approve";
}

type Test = (request: ApprovalRequest) => boolean;

function whollyCovers({ commands = [], paths = [], hosts = [], mcpTools = [] }: ApprovalRules): Test {
  const matcher = commandMatcher(commands);
  return (request) => {
    switch (request.type) {
      case "command":
        return matcher.allows(request.command);
      case "file_change": {
        const { changes, cwd, grantRoot } = request;
        const isCovered = (file: string) => cwd !== null && matchesPath(file, paths, cwd);
        return grantRoot === null && changes.length > 0 && changes.flatMap(pathsOf).every(isCovered);
      }
      case "network":
        return matchesHost(request.host, hosts);
      case "mcp_tool_call":
        return matchesTool(request, mcpTools);
      case "stdin":
      case "permissions":
        return false;
    }
  };
}

function partlyTouches({ commands = [], paths = [], hosts = [], mcpTools = [] }: ApprovalRules): Test {
  const matcher = commandMatcher(commands);
  return (request) => {
    switch (request.type) {
      case "command":
        return matcher.mentions(request.command);
      case "file_change":
        return request.changes.flatMap(pathsOf).some((file) => touchesPath(file, paths, request.cwd ?? "/"));
      case "network":
        return matchesHost(request.host, hosts);
      case "mcp_tool_call":
        return matchesTool(request, mcpTools);
      case "stdin":
      case "permissions":
        return false;
    }
  };
}

function matchesTool({ server, tool }: { server: string; tool: string }, rules: readonly string[]): boolean {
  return rules.includes(`${server}.${tool}`) || rules.includes(`${server}.*`);
}
