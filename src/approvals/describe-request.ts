// Describes an approval request to a person.
import type {
  ApprovalRequest,
  CommandApprovalRequest,
  FileChangeApprovalRequest,
  RequestedPermissions,
} from "./approval.js";
import type { FileUpdateChange } from "../events/items.js";
import { printable, quoted } from "./printable.js";
import { requestedAccess } from "./rules/requested-access.js";

/** The reason grants nothing. A longer one would move what "approve" grants off the screen. */
const longestReason = 500;

/** One line that states everything that "approve" grants. */
export function describeRequest(request: ApprovalRequest): string {
  const question = `${what(request)}?`;
  return request.reason === null ? question : `${question} Reason given: ${reason(request.reason)}`;
}

function reason(text: string): string {
  if (text.length <= longestReason) return quoted(text);
  return `${quoted(text.slice(0, longestReason))} and ${text.length - longestReason} more characters`;
}

function what(request: ApprovalRequest): string {
  switch (request.type) {
    case "command":
      return command(request);
    case "stdin": {
      const input = request.input === null ? `with ${quoted(request.command)}` : quoted(request.input);
      return `Type ${input} into a running command that was started outside the sandbox${inDirectory(request.cwd)}`;
    }
    case "file_change":
      return fileChange(request);
    case "permissions":
      return `Give every command of the agent, until the turn ends, ${permissions(request.permissions)}${inDirectory(request.cwd)}`;
    case "network":
      return `Let a command reach the host ${quoted(request.host)} by ${request.protocol}`;
    case "mcp_tool_call":
      return `Call the tool ${quoted(request.tool)} of the MCP server ${quoted(request.server)} with ${json(request.arguments)}`;
  }
}

function command({ command: line, cwd, permissions: extra }: CommandApprovalRequest): string {
  const run = `Run ${quoted(line)}${inDirectory(cwd)}`;
  return extra === null
    ? `${run} outside the sandbox, with your access to files and the network`
    : `${run} in the sandbox, and give it ${permissions(extra)}`;
}

function fileChange({ changes, cwd, grantRoot }: FileChangeApprovalRequest): string {
  const files =
    changes.length === 0 ? "Change files that Codex does not name" : capitalised(changes.map(change).join(", "));
  const grant =
    grantRoot === null ? "" : `, and let the agent write everything in ${quoted(grantRoot)} until Codex exits`;
  return `${files}${inDirectory(cwd)}${grant}`;
}

function change({ kind, path, move_path }: FileUpdateChange): string {
  const verb = { add: "create", delete: "delete", update: "change" }[kind];
  if (move_path === undefined) return `${verb} ${quoted(path)}`;
  return `move ${quoted(path)} to ${quoted(move_path)} and ${verb} it`;
}

function permissions(requested: RequestedPermissions): string {
  const parts = requestedAccess(requested).map((entry) => {
    const verb =
      entry.access === "write"
        ? "write access to"
        : entry.access === "read"
          ? "read access to"
          : `${quoted(entry.access)} access to`;
    if ("path" in entry) return `${verb} ${quoted(entry.path)}`;
    return `${verb} ${"pattern" in entry ? `files like ${quoted(entry.pattern)}` : quoted(entry.special)}`;
  });
  if (requested.network) parts.unshift("network access");
  if (parts.length === 0) parts.push(`the permissions ${json(requested.raw)}`);
  return parts.join(", ");
}

function inDirectory(cwd: string | null): string {
  return ` in ${cwd === null ? "an unknown directory" : quoted(cwd)}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function json(value: unknown): string {
  // JSON contains quotes itself.
  return printable(JSON.stringify(value) ?? "nothing");
}
