// The sandbox that the options and Codex's configuration select.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { toConfigTree } from "../config/config-tree.js";
import { InvalidInputError } from "../errors/errors.js";
import { isJsonObject, type JsonObject } from "../internal/json.js";
import { realPath } from "../internal/paths.js";
import type { SandboxMode, ThreadOptions } from "../options/options.js";
import { fullAccess, readOnly, workspaceWrite, type Sandbox } from "./sandbox.js";

/** Codex's configuration for a directory, as `config/read` returns it. */
export interface EffectiveConfig {
  readonly config: JsonObject;
  /** Most specific first, without layers that Codex ignores. */
  readonly layers: readonly JsonObject[];
}

export const emptyConfig: EffectiveConfig = { config: {}, layers: [] };

/** From the result of `config/read` with `includeLayers`. */
export function toEffectiveConfig({ config, layers }: { config?: unknown; layers?: unknown }): EffectiveConfig {
  const known = Array.isArray(layers) ? layers.filter(isJsonObject) : [];
  const used = known.filter(({ disabledReason }) => typeof disabledReason !== "string");
  return { config: record(config), layers: used.map((layer) => record(layer["config"])) };
}

/** The caller's settings for one thread or one turn. */
export type SandboxOptions = Pick<
  ThreadOptions,
  "sandboxMode" | "networkAccessEnabled" | "additionalDirectories" | "config"
>;

/** Settings of a thread's `config` that select its sandbox. Over app-server they make Codex trust the repository. */
export const sandboxSettings = ["sandbox_mode", "default_permissions"] as const;

/** Whether the caller set a sandbox for this thread. */
export function namesSandbox({ sandboxMode, config }: SandboxOptions): boolean {
  if (sandboxMode !== undefined) return true;
  const tree = toConfigTree(config ?? {});
  return sandboxSettings.some((name) => tree[name] !== undefined);
}

/**
 * @param cwd directory of the thread, without symbolic links
 * @throws InvalidInputError for a `sandbox_mode` in `config` that does not exist.
 */
export function configuredSandbox(options: SandboxOptions, effective: EffectiveConfig, cwd: string): Sandbox {
  const own = settingsIn(toConfigTree(options.config ?? {}));
  const settings = { ...record(effective.config["sandbox_workspace_write"]), ...own.workspace };
  const sandbox = base(options, effective, { own, cwd });
  // `sandbox_workspace_write` belongs to the mode. The built-in profile ":workspace" is separate and ignores it.
  if (sandbox !== workspaceWrite) return withGiven(sandbox, options);
  const configured: Sandbox = {
    mode: "workspace-write",
    writableRoots: texts(settings["writable_roots"]).map((root) => path.resolve(cwd, root)),
    networkAccess: settings["network_access"] === true,
    excludeTmpdirEnvVar: settings["exclude_tmpdir_env_var"] === true,
    excludeSlashTmp: settings["exclude_slash_tmp"] === true,
  };
  return withGiven(configured, options);
}

/** The sandbox with the directories and the network access that the caller set. */
export function withGiven(sandbox: Sandbox, options: SandboxOptions): Sandbox {
  if (sandbox.mode !== "workspace-write") return sandbox;
  const given = (options.additionalDirectories ?? []).map((directory) => realPath(directory));
  return {
    ...sandbox,
    writableRoots: [...new Set([...sandbox.writableRoots, ...given])],
    networkAccess: options.networkAccessEnabled ?? sandbox.networkAccess,
  };
}

interface OwnSettings {
  mode: unknown;
  profile: unknown;
  workspace: JsonObject;
  permissions: JsonObject;
}

function base(
  { sandboxMode }: SandboxOptions,
  effective: EffectiveConfig,
  { own, cwd }: { own: OwnSettings; cwd: string },
): Sandbox {
  const permissions = { ...record(effective.config["permissions"]), ...own.permissions };
  if (sandboxMode !== undefined) return ofMode(sandboxMode);
  if (own.profile !== undefined) return ofProfile(own.profile, permissions);
  if (own.mode !== undefined) return ofMode(own.mode);
  const layer = effective.layers.find((each) => sandboxSettings.some((name) => isSet(each[name])));
  if (layer && isSet(layer["default_permissions"])) return ofProfile(layer["default_permissions"], permissions);
  if (layer) return ofMode(layer["sandbox_mode"]);
  // Codex's own default for a project in the user's configuration, whether trusted or not.
  return isKnownProject(record(effective.config["projects"]), cwd) ? workspaceWrite : readOnly;
}

function settingsIn(config: JsonObject): OwnSettings {
  return {
    mode: config["sandbox_mode"],
    profile: config["default_permissions"],
    workspace: record(config["sandbox_workspace_write"]),
    permissions: record(config["permissions"]),
  };
}

const modes: Record<SandboxMode, Sandbox> = {
  "read-only": readOnly,
  "workspace-write": workspaceWrite,
  "danger-full-access": fullAccess,
};

function ofMode(mode: unknown): Sandbox {
  if (typeof mode === "string" && Object.hasOwn(modes, mode)) return modes[mode as SandboxMode];
  throw new InvalidInputError(
    `\`sandbox_mode\` in the configuration is ${JSON.stringify(mode)}. Use "read-only", "workspace-write" or "danger-full-access".`,
  );
}

const builtInProfiles: Record<string, Sandbox> = {
  ":read-only": readOnly,
  ":workspace": { ...workspaceWrite },
  ":danger-full-access": fullAccess,
};

function ofProfile(profile: unknown, permissions: JsonObject): Sandbox {
  if (typeof profile !== "string") {
    throw new InvalidInputError("`default_permissions` in the configuration must be the ID of a permission profile.");
  }
  if (Object.hasOwn(builtInProfiles, profile)) return builtInProfiles[profile] ?? readOnly;
  return { mode: "profile", profile, writableRoots: writablePaths(permissions, profile) };
}

/** Absolute paths to which the profile, or one that it extends, gives write access. */
function writablePaths(permissions: JsonObject, profile: string, seen: readonly string[] = []): string[] {
  const definition = permissions[profile];
  if (!isJsonObject(definition) || seen.includes(profile)) return [];
  const parent = definition["extends"];
  const inherited = typeof parent === "string" ? writablePaths(permissions, parent, [...seen, profile]) : [];
  const files = Object.entries(record(definition["filesystem"]));
  const own = files.filter(([name, access]) => path.isAbsolute(name) && mayWrite(access)).map(([name]) => name);
  return [...inherited, ...own];
}

function mayWrite(access: unknown): boolean {
  return isJsonObject(access) ? Object.values(access).some(mayWrite) : access === "write";
}

function isKnownProject(projects: JsonObject, cwd: string): boolean {
  const root = repositoryRoot(cwd);
  const candidates = [cwd, ...(root === undefined ? [] : [root, mainWorktree(root)])];
  return candidates.some((each) => isJsonObject(projects[each]) && isSet(projects[each]["trust_level"]));
}

/** The nearest directory with a `.git`; undefined outside a repository. */
export function repositoryRoot(start: string): string | undefined {
  for (let directory = start; ; directory = path.dirname(directory)) {
    if (existsSync(path.join(directory, ".git"))) return directory;
    if (directory === path.dirname(directory)) return undefined;
  }
}

/** Codex stores a linked worktree's trust with its main repository. */
function mainWorktree(root: string): string {
  try {
    const pointer = /^gitdir: (.+)$/m.exec(readFileSync(path.join(root, ".git"), "utf8"))?.[1];
    const [main] = path.resolve(root, pointer ?? "").split(`${path.sep}.git${path.sep}worktrees${path.sep}`);
    return main ?? root;
  } catch {
    return root; // `.git` is a directory
  }
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function record(value: unknown): JsonObject {
  return isJsonObject(value) ? value : {};
}

function texts(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === "string") : [];
}
