// What `deny` declines: requests that its rules match in part.
import os from "node:os";
import path from "node:path";
import type { ApprovalContext, ApprovalRequest, RequestedPermissions } from "../approval.js";
import { denyingMatcher } from "./command-rule.js";
import { matchesTool } from "./covers.js";
import { matchesHost } from "./host-rule.js";
import { overlapsPath, pathsOf, touchesPath, touchingTest } from "./path-rule.js";
import { longestPath, RealPaths } from "./real-path.js";
import type { ApprovalRules } from "./rules.js";
import { baseOf, requestedAccess } from "./requested-access.js";
import type { RequestedAccess } from "./requested-access.js";
import { shellScript } from "../shell-words.js";

type Test = (request: ApprovalRequest, context: ApprovalContext) => boolean;

/** @throws InvalidInputError for command rules that are not one command. */
export function partMatcher({ commands = [], paths = [], hosts = [], mcpTools = [] }: ApprovalRules): Test {
  const mentionsCommand = denyingMatcher(commands);
  const grants = (permissions: RequestedPermissions | null, base: string): boolean => {
    if (permissions === null) return false;
    if (permissions.network && hosts.length > 0) return true;
    return paths.length > 0 && requestedAccess(permissions).some((entry) => opens(entry, paths, base));
  };
  return (request, { workingDirectory }) => {
    const cwd = "cwd" in request ? request.cwd : null;
    // Rules are relative to the thread's directory, regardless of the command's directory.
    const base = workingDirectory ?? cwd ?? path.sep;
    switch (request.type) {
      case "command":
        return (
          mentionsCommand(request.command) ||
          mentionsPath(request.command, paths, [base, cwd ?? base]) ||
          grants(request.permissions, base)
        );
      case "stdin": {
        const text = request.input ?? request.command;
        return mentionsCommand(text) || mentionsPath(text, paths, [base, cwd ?? base]);
      }
      case "file_change": {
        if (paths.length === 0) return false;
        const { changes, grantRoot } = request;
        if (changes.length === 0 || (grantRoot !== null && overlapsPath(grantRoot, paths, base))) return true;
        return changes.flatMap(pathsOf).some((file) => touchesPath(path.resolve(cwd ?? base, file), paths, base));
      }
      case "permissions":
        return grants(request.permissions, base);
      case "network":
        return matchesHost(request.host, hosts);
      case "mcp_tool_call":
        return matchesTool(request, mcpTools);
    }
  };
}

/** The agent writes the text. One with more different words is declined, because testing them would block the host. */
const mostWords = 20_000;

/** Whether a word of the text is a path of the rules, relative to one of the directories. */
function mentionsPath(text: string, paths: readonly string[], directories: readonly string[]): boolean {
  if (paths.length === 0) return false;
  const all = (shellScript(text) ?? text).split(/[\s'"`$(){}<>|&;=:,\\]+/);
  const words = new Set(all.filter((word) => word !== "" && !word.includes("\0")));
  if (words.size > mostWords) return true;
  const [base = path.sep] = directories;
  const touches = touchingTest(paths, base);
  const realPaths = new RealPaths();
  const isDenied = (word: string, directory: string) => {
    const absolute = path.resolve(directory, word);
    return absolute.length <= longestPath && touches(absolute, realPaths.of(absolute));
  };
  const different = [...new Set(directories)];
  return [...words].some((word) => different.some((directory) => isDenied(word, directory)));
}

/** Whether the entry gives access to a file of the rules. An entry that the SDK cannot interpret may give access to any. */
function opens(entry: RequestedAccess, paths: readonly string[], base: string): boolean {
  if ("path" in entry) return overlapsPath(entry.path, paths, base);
  if ("pattern" in entry) return overlapsPath(baseOf(entry.pattern), paths, base);
  const directory = specialDirectory(entry.special, base);
  return directory === undefined || overlapsPath(directory, paths, base);
}

function specialDirectory(special: string, base: string): string | undefined {
  const value: unknown = JSON.parse(special);
  const { kind, subpath } = typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  switch (kind) {
    case "project_roots":
      return typeof subpath === "string" ? path.join(base, subpath) : base;
    case "tmpdir":
      return os.tmpdir();
    case "slash_tmp":
      return "/tmp";
    default:
      return undefined;
  }
}
