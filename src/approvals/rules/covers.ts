// What `allow` approves: only requests that its rules cover completely.
import path from "node:path";
import type { ApprovalContext, ApprovalRequest, CommandApprovalRequest } from "../approval.js";
import { allowingMatcher } from "./command-rule.js";
import { matchesHost } from "./host-rule.js";
import { matchesPath, pathsOf } from "./path-rule.js";
import type { AllowRules } from "./rules.js";
import { trustedProgram } from "./program.js";
import { realPath } from "./real-path.js";
import { needsNoRepository, onlyReads, runsOnlyGit } from "./git-command.js";
import { plainRepository } from "./repository.js";
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
  return runOnlyThemselves(commands, cwd, context);
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

/**
 * The state of the repository is known only until a command may have changed it: a later git command could then run the
 * hooks, the settings or the submodule that an earlier one created.
 */
function runOnlyThemselves(commands: readonly Words[], cwd: string, context: ApprovalContext): boolean {
  const programOf = remembered((name: string) => trustedProgram(name, context));
  const repositoryOf = remembered((git: string) => plainRepository(git, cwd, context.writableRoots));
  let isUnchanged = true;
  return commands.every((words) => {
    const [name = ""] = words;
    const program = programOf(name);
    if (program === undefined) return false;
    const isGit = path.basename(program) === "git";
    if (!isGit) {
      isUnchanged &&= readers.has(path.basename(program));
      return true;
    }
    if (needsNoRepository(words)) return true;
    const repository = isUnchanged ? repositoryOf(program) : undefined;
    isUnchanged &&= onlyReads(words);
    return repository !== undefined && runsOnlyGit(words, repository);
  });
}

/** Programs and builtins that do not write files. Redirections are never covered. */
const readers: ReadonlySet<string> = new Set(
  ": [ cat cut diff echo false grep head ls printf pwd tail test tr true wc".split(" "),
);

function remembered<Result>(work: (key: string) => Result): (key: string) => Result {
  const known = new Map<string, Result>();
  return (key) => {
    if (!known.has(key)) known.set(key, work(key));
    return known.get(key) as Result;
  };
}
