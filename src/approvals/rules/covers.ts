// What `allow` approves: only requests that its rules cover completely.
import path from "node:path";
import type { ApprovalContext, ApprovalRequest, CommandApprovalRequest } from "../approval.js";
import { allowingMatcher } from "./command-rule.js";
import { matchesHost } from "./host-rule.js";
import { matchesPath, pathsOf } from "./path-rule.js";
import type { AllowRules } from "./rules.js";
import { trustedProgram } from "./program.js";
import { realPath } from "./real-path.js";
import { isPlainRepository, needsNoRepository } from "./repository.js";
import { readCommandLine } from "../shell-words.js";
import type { Words } from "../shell-words.js";

type Test = (request: ApprovalRequest, context: ApprovalContext) => boolean;

/** @throws InvalidInputError for command rules that cannot match. */
export function wholeMatcher(rules: AllowRules): Test {
  const { commands = [], directories = [], paths = [], hosts = [], mcpTools = [] } = rules;
  const isAllowed = allowingMatcher(commands);
  return (request, context) => {
    switch (request.type) {
      case "command":
        return coversCommand(request, context, { isAllowed, directories });
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

export function matchesTool({ server, tool }: { server: string; tool: string }, rules: readonly string[]): boolean {
  return rules.includes(`${server}.${tool}`) || rules.includes(`${server}.*`);
}

interface CommandRules {
  isAllowed: (words: Words) => boolean;
  directories: readonly string[];
}

function coversCommand(
  { command, cwd }: CommandApprovalRequest,
  context: ApprovalContext,
  { isAllowed, directories }: CommandRules,
): boolean {
  const commands = readCommandLine(command);
  if (!commands?.every(isAllowed)) return false;
  if (!isNamedDirectory(cwd, context, directories)) return false;
  return commands.every((words) => runsOnlyItself(words, cwd, context));
}

/** Whether the command runs in the thread's directory or in one that the rules name, not in one that the agent created. */
function isNamedDirectory(
  cwd: string | null,
  { workingDirectory }: ApprovalContext,
  directories: readonly string[],
): cwd is string {
  // Untyped callers may pass their own context.
  if (cwd === null || typeof workingDirectory !== "string") return false;
  const real = realPath(path.resolve(cwd));
  if (real === realPath(workingDirectory)) return true;
  // A link could be changed after the request.
  return real === path.resolve(cwd) && directories.some((each) => path.resolve(workingDirectory, each) === real);
}

function runsOnlyItself(words: Words, cwd: string, context: ApprovalContext): boolean {
  const program = trustedProgram(words[0] ?? "", context);
  if (program === undefined) return false;
  const isGit = path.basename(program) === "git";
  return !isGit || needsNoRepository(words) || isPlainRepository(program, cwd, context.writableRoots);
}
