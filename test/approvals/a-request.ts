// Requests for approval in Codex's format, for tests of handlers and policies.
import type {
  ApprovalContext,
  CommandApprovalRequest,
  FileChangeApprovalRequest,
  McpToolApprovalRequest,
  NetworkApprovalRequest,
  PermissionsApprovalRequest,
  RequestedPermissions,
} from "../../src/index.js";

const all = ["approve", "approve_for_session", "decline", "abort"] as const;

export function aCommand(script: string, cwd = "/work"): CommandApprovalRequest {
  return { ...aCommandLine(`/bin/bash -lc '${script.replaceAll("'", `'\\''`)}'`), cwd };
}

export function aCommandLine(command: string): CommandApprovalRequest {
  return {
    type: "command",
    command,
    actions: [],
    cwd: "/work",
    permissions: null,
    always: null,
    reason: null,
    answers: all,
  };
}

export function aFileChange(cwd: string | null, ...paths: string[]): FileChangeApprovalRequest {
  const changes = paths.map((path) => ({ path, kind: "update" as const, diff: "" }));
  return { type: "file_change", changes, cwd, grantRoot: null, reason: null, answers: all };
}

export function aHost(host: string): NetworkApprovalRequest {
  return { type: "network", host, protocol: "https", always: null, reason: null, answers: all };
}

export function aToolCall(server: string, tool: string): McpToolApprovalRequest {
  const answers = ["approve", "decline", "abort"] as const;
  return {
    type: "mcp_tool_call",
    server,
    tool,
    arguments: {},
    description: null,
    annotations: {},
    reason: null,
    answers,
  };
}

export function aPermissionsRequest(
  cwd: string,
  permissions: Partial<RequestedPermissions>,
): PermissionsApprovalRequest {
  const requested = { network: false, read: [], write: [], raw: {}, ...permissions };
  return { type: "permissions", cwd, permissions: requested, reason: null, answers: all };
}

/** The context of a thread that works in `workingDirectory`. */
export function contextIn(workingDirectory: string): ApprovalContext {
  return { ...aContext, workingDirectory, writableRoots: [workingDirectory, "/tmp"] };
}

export const aContext: ApprovalContext = {
  threadId: "thread",
  isSubagent: false,
  turnId: "turn",
  itemId: null,
  item: null,
  signal: new AbortController().signal,
  workingDirectory: "/work",
  writableRoots: ["/work", "/tmp"],
  searchPath: ["/usr/local/bin", "/usr/bin", "/bin"],
};
