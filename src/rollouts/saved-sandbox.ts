// The sandbox that a thread last ran in, from its rollout. Codex does not restore it at a resume.
import type { SandboxMode, ThreadOptions } from "../options/options.js";
import { isJsonObject } from "../internal/json.js";
import type { JsonObject } from "../internal/json.js";
import { readRecords } from "./read-records.js";

export type SavedSandbox = Pick<ThreadOptions, "sandboxMode" | "networkAccessEnabled" | "additionalDirectories">;

/** The sandbox of the last turn; empty if it is not recorded, or is a permission profile of the user's configuration. */
export async function readSavedSandbox(file: string): Promise<SavedSandbox> {
  let last: JsonObject | undefined;
  await readRecords(file, ['"turn_context"', '"thread_settings_applied"'], ({ type, payload }) => {
    if (!isJsonObject(payload)) return;
    if (type === "turn_context") last = payload;
    else if (isJsonObject(payload["thread_settings"])) last = payload["thread_settings"];
  });
  if (!last || hasOwnProfile(last)) return {};
  return fromPolicy(last["sandbox_policy"]) ?? fromProfile(last["permission_profile"], last["cwd"]) ?? {};
}

/** Codex finds a profile of the user's config.toml again by its name. */
function hasOwnProfile({ active_permission_profile: profile }: JsonObject): boolean {
  return isJsonObject(profile) && typeof profile["id"] === "string" && !profile["id"].startsWith(":");
}

const modes: readonly SandboxMode[] = ["read-only", "workspace-write", "danger-full-access"];

function fromPolicy(policy: unknown): SavedSandbox | undefined {
  if (!isJsonObject(policy)) return undefined;
  const sandboxMode = modes.find((mode) => mode === policy["type"]);
  if (sandboxMode !== "workspace-write") return sandboxMode && { sandboxMode };
  return workspace(policy["network_access"] === true, texts(policy["writable_roots"]));
}

function fromProfile(profile: unknown, cwd: unknown): SavedSandbox | undefined {
  if (!isJsonObject(profile)) return undefined;
  if (profile["type"] === "disabled") return { sandboxMode: "danger-full-access" };
  const files = profile["file_system"];
  if (!isJsonObject(files) || !Array.isArray(files["entries"])) return undefined;
  const entries = files["entries"].filter(isJsonObject).filter((entry) => entry["access"] === "write");
  if (entries.length === 0) return { sandboxMode: "read-only" };
  const paths = texts(entries.map(({ path }) => (isJsonObject(path) ? path["path"] : undefined)));
  return workspace(
    profile["network"] === "enabled",
    paths.filter((path) => path !== cwd),
  );
}

function workspace(networkAccessEnabled: boolean, additionalDirectories: string[]): SavedSandbox {
  return { sandboxMode: "workspace-write", networkAccessEnabled, additionalDirectories };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
