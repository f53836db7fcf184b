// What a thread was last run with. codex itself keeps only a part of it: a resume that names no sandbox gets the
// directory's usual one, and one that names a model loses the effort.
import type { ModelReasoningEffort, SandboxMode, ThreadOptions } from "../../options/options.js";
import { isJsonObject } from "../../internal/json.js";
import type { JsonObject } from "../../internal/json.js";
import type { Thread } from "../protocol/v2/Thread.js";
import { readRollout } from "./rollout-lines.js";

type SavedSettings = Pick<
  ThreadOptions,
  "model" | "modelReasoningEffort" | "sandboxMode" | "networkAccessEnabled" | "additionalDirectories"
>;

/** The options, and where they say nothing, what is on record. */
export async function withSavedSettings(options: ThreadOptions, thread: Thread): Promise<ThreadOptions> {
  const saved = await savedSettings(thread);
  // `undefined` says nothing.
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return { ...saved, ...Object.fromEntries(given) };
}

async function savedSettings(thread: Thread): Promise<SavedSettings> {
  const { model, reasoningEffort, path } = thread;
  return {
    ...(model !== null && { model }),
    // codex's type is any text; its words are those of the option.
    ...(reasoningEffort !== null && { modelReasoningEffort: reasoningEffort as ModelReasoningEffort }),
    ...(path !== null && (await savedSandbox(path))),
  };
}

async function savedSandbox(file: string): Promise<SavedSettings> {
  let last: JsonObject | undefined;
  await readRollout(file, ['"turn_context"', '"thread_settings_applied"'], ({ type, payload }) => {
    if (!isJsonObject(payload)) return;
    if (type === "turn_context") last = payload;
    else if (isJsonObject(payload["thread_settings"])) last = payload["thread_settings"];
  });
  if (!last || hasOwnProfile(last)) return {};
  return fromPolicy(last["sandbox_policy"]) ?? fromProfile(last["permission_profile"], last["cwd"]) ?? {};
}

/** A profile of the user's own in config.toml is codex's to find again. */
function hasOwnProfile({ active_permission_profile: profile }: JsonObject): boolean {
  return isJsonObject(profile) && typeof profile["id"] === "string" && !profile["id"].startsWith(":");
}

const modes: readonly SandboxMode[] = ["read-only", "workspace-write", "danger-full-access"];

function fromPolicy(policy: unknown): SavedSettings | undefined {
  if (!isJsonObject(policy)) return undefined;
  const sandboxMode = modes.find((mode) => mode === policy["type"]);
  if (sandboxMode !== "workspace-write") return sandboxMode && { sandboxMode };
  return workspace(policy["network_access"] === true, texts(policy["writable_roots"]));
}

function fromProfile(profile: unknown, cwd: unknown): SavedSettings | undefined {
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

function workspace(networkAccessEnabled: boolean, additionalDirectories: string[]): SavedSettings {
  return { sandboxMode: "workspace-write", networkAccessEnabled, additionalDirectories };
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
