// A request for approval as a question to a person.
import type { ApprovalRequest } from "./approval.js";

export function describeRequest(request: ApprovalRequest): string {
  const question = `${what(request)}?`;
  return request.reason === null ? question : `${question} (${request.reason})`;
}

function what(request: ApprovalRequest): string {
  switch (request.type) {
    case "command":
      return `Run ${printable(request.command)} in ${request.cwd ?? "an unknown directory"}`;
    case "stdin":
      return `Type ${printable(request.input ?? request.command)} into a running command`;
    case "file_change":
      return `Change ${request.changes.map(({ path }) => path).join(", ") || "files"}`;
    case "permissions":
      return `Give the agent ${permissions(request.permissions)}`;
    case "network":
      return `Let a command reach ${request.host} (${request.protocol})`;
    case "mcp_tool_call":
      return `Call ${request.tool} of the MCP server ${request.server} with ${printable(JSON.stringify(request.arguments))}`;
  }
}

function permissions({
  network,
  read,
  write,
}: {
  network: boolean;
  read: readonly string[];
  write: readonly string[];
}) {
  const parts = [
    ...(network ? ["the network"] : []),
    ...(read.length > 0 ? [`reading ${read.join(", ")}`] : []),
    ...(write.length > 0 ? [`writing ${write.join(", ")}`] : []),
  ];
  return parts.join(" and ") || "more permissions";
}

/** A terminal must not take what the agent wrote for its own control characters. */
function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (character) => {
    return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}
