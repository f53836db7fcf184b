// The sandbox that a thread's file records for its last turn.
import { isJsonObject, type JsonObject } from "../internal/json.js";
import { fullAccess, readOnly, workspaceWrite, type Sandbox } from "./sandbox.js";

/** Lines of the file that may contain a sandbox contain one of these. */
export const sandboxMarks = ['"turn_context"', '"thread_settings_applied"'] as const;

/** The settings in a line of the file; undefined if it does not contain any. */
export function recordedSettings({ type, payload }: JsonObject): JsonObject | undefined {
  if (!isJsonObject(payload)) return undefined;
  if (type === "turn_context") return payload;
  return isJsonObject(payload["thread_settings"]) ? payload["thread_settings"] : undefined;
}

/** Undefined for a sandbox that this SDK cannot represent. */
export function recordedSandbox(settings: JsonObject | undefined): Sandbox | undefined {
  if (!settings) return undefined;
  const own = ownProfile(settings);
  if (own !== undefined) return { mode: "profile", profile: own, writableRoots: [] };
  return fromPolicy(settings["sandbox_policy"]) ?? fromProfile(settings["permission_profile"], settings["cwd"]);
}

/** The ID of a user-defined profile. IDs of Codex's built-in profiles begin with a colon. */
function ownProfile({ active_permission_profile: profile }: JsonObject): string | undefined {
  const id = isJsonObject(profile) ? profile["id"] : undefined;
  return typeof id === "string" && !id.startsWith(":") ? id : undefined;
}

function fromPolicy(policy: unknown): Sandbox | undefined {
  if (!isJsonObject(policy)) return undefined;
  if (policy["type"] === "read-only") return readOnly;
  if (policy["type"] === "danger-full-access") return fullAccess;
  if (policy["type"] !== "workspace-write") return undefined;
  return {
    mode: "workspace-write",
    writableRoots: texts(policy["writable_roots"]),
    networkAccess: policy["network_access"] === true,
    excludeTmpdirEnvVar: policy["exclude_tmpdir_env_var"] === true,
    excludeSlashTmp: policy["exclude_slash_tmp"] === true,
  };
}

function fromProfile(profile: unknown, cwd: unknown): Sandbox | undefined {
  if (!isJsonObject(profile)) return undefined;
  if (profile["type"] === "disabled") return fullAccess;
  const files = profile["file_system"];
  if (!isJsonObject(files) || !Array.isArray(files["entries"])) return undefined;
  const entries = files["entries"].filter(isJsonObject).filter((entry) => entry["access"] === "write");
  if (entries.length === 0) return readOnly;
  const paths = texts(entries.map(({ path }) => (isJsonObject(path) ? path["path"] : undefined)));
  const writableRoots = paths.filter((path) => path !== cwd);
  return { ...workspaceWrite, writableRoots, networkAccess: profile["network"] === "enabled" };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
