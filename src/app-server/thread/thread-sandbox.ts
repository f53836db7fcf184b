// The sandbox of a thread. It is sent with each turn and never with the thread: if a thread is started or configured with
// write access, Codex trusts its repository and runs the repository's own configuration.
import { deniedPathsOf } from "../../approvals/denied-paths.js";
import { isJsonObject } from "../../internal/json.js";
import { realPath } from "../../internal/paths.js";
import { librarySearchPaths } from "../../internal/search-path.js";
import type { ApprovalMode, SandboxMode, ThreadOptions } from "../../options/options.js";
import { realDirectory } from "../../options/working-directory.js";
import { hostDirectory } from "../../validation/host-directory.js";
import {
  configuredSandbox,
  emptyConfig,
  namesSandbox,
  repositoryRoot,
  sandboxSettings,
  toEffectiveConfig,
  withGiven,
  type EffectiveConfig,
} from "../../sandbox/configured-sandbox.js";
import { restrict } from "../../sandbox/restrict.js";
import { ownProfiles, profilesConfig } from "../../sandbox/permission-profiles.js";
import { protectedPrograms } from "../../sandbox/protected-programs.js";
import type { Sandbox } from "../../sandbox/sandbox.js";
import { guardTrustedFiles } from "../../sandbox/trusted-files.js";
import type { Connection } from "../connection/connection.js";
import { RpcError } from "../errors/rpc-error.js";
import type { JsonValue } from "../protocol/serde_json/JsonValue.js";
import type { AskForApproval } from "../protocol/v2/AskForApproval.js";
import type { SandboxPolicy } from "../protocol/v2/SandboxPolicy.js";
import type { TurnStartParams } from "../protocol/v2/TurnStartParams.js";
import { approvalPolicyOf } from "./approval-policy.js";
import type { RuntimeSettings } from "./runtime-settings.js";

/** Settings of a turn that differ from those of its thread. */
export interface TurnPermissions {
  sandboxMode?: SandboxMode | undefined;
  approvalPolicy?: ApprovalMode | undefined;
}

/** The sandbox and the approval policy in the form of `turn/start` and `thread/settings/update`. */
export type TurnAccess = Pick<TurnStartParams, "sandboxPolicy" | "permissions" | "approvalPolicy">;

export class ThreadSandbox {
  readonly #options: ThreadOptions;
  readonly #runtime: RuntimeSettings;
  #effective: EffectiveConfig = emptyConfig;
  #recorded: Sandbox | undefined;
  #cwd: string | undefined;
  #connection: Connection | undefined;
  /** The approval policy of the thread, and whether the last turn had another one. */
  #approvalPolicy: AskForApproval | undefined;
  #isApprovalChanged = false;

  constructor(options: ThreadOptions, runtime: RuntimeSettings) {
    this.#options = options;
    this.#runtime = runtime;
  }

  /**
   * Checks what is known before Codex is started.
   * @throws InvalidInputError if the agent could write to a trusted file.
   */
  checkEarly(turn: TurnPermissions): void {
    const options = this.#optionsFor(turn);
    const { workingDirectory } = options;
    const cwd = this.#cwd ?? (workingDirectory === undefined ? undefined : realDirectory(workingDirectory));
    if (cwd === undefined || !namesSandbox(options)) return;
    const { codexHome, environment } = this.#runtime;
    const sandbox = configuredSandbox(options, this.#effective, cwd);
    // These are filtered when Codex is started.
    const filtered = { ...environment, ...librarySearchPaths(environment), PATH: undefined };
    guardTrustedFiles(sandbox, { cwd, codexHome, environment: filtered });
  }

  /** Reads Codex's configuration for the directory in which the thread works. */
  async prepare(connection: Connection, cwd: string, recorded?: Sandbox): Promise<void> {
    this.#recorded = recorded;
    this.#effective = await effectiveConfig(connection, cwd);
    this.#setDirectory(connection, cwd);
  }

  /** Codex has loaded the thread. */
  markLoaded(connection: Connection, loaded: { cwd: string; approvalPolicy: AskForApproval }): void {
    this.#setDirectory(connection, loaded.cwd);
    this.#approvalPolicy = loaded.approvalPolicy;
    this.#isApprovalChanged = false;
  }

  /** Configuration for the thread: the caller's `config`, and all settings that concern trust. */
  threadConfig(config: Record<string, JsonValue>): Record<string, JsonValue> {
    const own = Object.entries(config).filter(([name]) => !sandboxSettings.some((setting) => setting === name));
    return {
      ...this.#commandPath(),
      ...Object.fromEntries(own),
      ...this.#serverMarkers(own.map(([name]) => name)),
      ...this.#projects(config["projects"]),
      ...this.#profiles(),
    };
  }

  /** @throws InvalidInputError if the agent could write to a trusted file. */
  access(turn: TurnPermissions): TurnAccess {
    const cwd = this.#cwd ?? hostDirectory();
    const sandbox = this.#sandboxFor(this.#optionsFor(turn), cwd);
    return { ...this.#toAccess(this.#guarded(sandbox, cwd), cwd), ...this.#approval(turn) };
  }

  #guarded(sandbox: Sandbox, cwd: string): Sandbox {
    const environment = this.#connection?.environment ?? this.#runtime.environment;
    const programs = this.#connection?.programs;
    return guardTrustedFiles(sandbox, { cwd, codexHome: this.#runtime.codexHome, environment, programs });
  }

  #sandboxFor(options: ThreadOptions, cwd: string): Sandbox {
    const configured = configuredSandbox(options, this.#effective, cwd);
    return namesSandbox(options) ? configured : withGiven(restrict(configured, this.#recorded), options);
  }

  get #denied(): readonly string[] {
    return deniedPathsOf(this.#options.onApproval);
  }

  /** Uses a permission profile of this SDK if a mode cannot express which files the agent must not access. */
  #toAccess(sandbox: Sandbox, cwd: string): TurnAccess {
    if (sandbox.mode !== "read-only" && sandbox.mode !== "workspace-write") return toProtocol(sandbox);
    const isProfiled = this.#denied.length > 0 || Object.keys(this.#protected(sandbox, cwd)).length > 0;
    return isProfiled ? { permissions: ownProfiles[sandbox.mode] } : toProtocol(sandbox);
  }

  #protected(sandbox: Sandbox, cwd: string): Record<string, "read" | "write"> {
    if (sandbox.mode !== "workspace-write") return {};
    return protectedPrograms(this.#connection?.programs ?? [], [cwd, ...sandbox.writableRoots].map(realPath));
  }

  /** Defines the profiles that a turn selects if files are denied, or if programs in the workspace must be protected. */
  #profiles(): Record<string, JsonValue> {
    const cwd = this.#cwd;
    if (cwd === undefined) return {};
    const sandbox = this.#sandboxFor(this.#options, cwd);
    const writing = configuredSandbox({ ...this.#options, sandboxMode: "workspace-write" }, this.#effective, cwd);
    const profiled = sandbox.mode === "workspace-write" ? sandbox : writing;
    const programs = this.#protected(profiled, cwd);
    const isNeeded = this.#denied.length > 0 || Object.keys(programs).length > 0;
    if (profiled.mode !== "workspace-write" || !isNeeded) return {};
    const exclusions = this.#temporaryExclusions(profiled, cwd);
    return profilesConfig({ ...profiled, ...exclusions }, { denied: this.#denied, cwd, programs });
  }

  /** The profile is fixed for the thread, so it must exclude everything that a turn may have to exclude. */
  #temporaryExclusions(sandbox: Sandbox, cwd: string): { excludeSlashTmp?: true; excludeTmpdirEnvVar?: true } {
    try {
      const guarded = this.#guarded(sandbox, cwd);
      return guarded === sandbox ? {} : { excludeSlashTmp: true, excludeTmpdirEnvVar: true };
    } catch {
      return {}; // a turn with this profile is rejected
    }
  }

  #setDirectory(connection: Connection, cwd: string): void {
    this.#connection = connection;
    this.#cwd = cwd;
  }

  #optionsFor({ sandboxMode }: TurnPermissions): ThreadOptions {
    return sandboxMode === undefined ? this.#options : { ...this.#options, sandboxMode };
  }

  /** Codex keeps the policy of a turn for later turns. */
  #approval({ approvalPolicy }: TurnPermissions): Pick<TurnAccess, "approvalPolicy"> {
    if (approvalPolicy !== undefined) {
      this.#isApprovalChanged = true;
      const policy = approvalPolicyOf({ ...this.#options, approvalPolicy }, true);
      return policy === undefined ? {} : { approvalPolicy: policy };
    }
    if (!this.#isApprovalChanged || this.#approvalPolicy === undefined) return {};
    this.#isApprovalChanged = false;
    return { approvalPolicy: this.#approvalPolicy };
  }

  /** The agent's commands can find programs of the project, but Codex itself cannot. */
  #commandPath(): Record<string, JsonValue> {
    const commandPath = this.#connection?.commandPath;
    const policy = this.#effective.config["shell_environment_policy"];
    const set = isJsonObject(policy) ? policy["set"] : undefined;
    const isOwn = isJsonObject(set) && set["PATH"] !== undefined;
    const inherits = !isJsonObject(policy) || policy["inherit"] !== "none";
    return commandPath === undefined || isOwn || !inherits ? {} : { "shell_environment_policy.set.PATH": commandPath };
  }

  /** Codex clears the environment of MCP servers. The marker identifies the processes that they leave behind. */
  #serverMarkers(settings: readonly string[]): Record<string, JsonValue> {
    const [name, value] = this.#connection?.process.marker?.split("=") ?? [];
    if (name === undefined || value === undefined) return {};
    const configured = this.#effective.config["mcp_servers"];
    const known = Object.entries(isJsonObject(configured) ? configured : {});
    const servers = new Set([
      ...known.filter(([, server]) => isJsonObject(server) && typeof server["command"] === "string").map(([id]) => id),
      ...settings.flatMap((setting) => /^mcp_servers\.([A-Za-z0-9_-]+)\.command$/.exec(setting)?.[1] ?? []),
    ]);
    const bare = [...servers].filter((id) => /^[A-Za-z0-9_-]+$/.test(id));
    return Object.fromEntries(bare.map((id) => [`mcp_servers.${id}.env.${name}`, value]));
  }

  #projects(given: JsonValue | undefined): Record<string, JsonValue> {
    if (this.#options.trustProject !== true || this.#cwd === undefined) return {};
    const root = repositoryRoot(this.#cwd) ?? this.#cwd;
    // For this thread only. Codex would write the setting to the user's config.toml.
    return { projects: { ...(isJsonObject(given) && given), [root]: { trust_level: "trusted" } } };
  }
}

/** Undefined if Codex does not respond: starting the thread then fails for the same reason. */
async function effectiveConfig(connection: Connection, cwd: string): Promise<EffectiveConfig> {
  try {
    return toEffectiveConfig(await connection.request("config/read", { cwd, includeLayers: true }));
  } catch (error) {
    if (error instanceof RpcError) return emptyConfig;
    throw error;
  }
}

function toProtocol(sandbox: Sandbox): TurnAccess {
  if (sandbox.mode === "profile") return { permissions: sandbox.profile };
  return { sandboxPolicy: toPolicy(sandbox) };
}

function toPolicy(sandbox: Exclude<Sandbox, { mode: "profile" }>): SandboxPolicy {
  switch (sandbox.mode) {
    case "read-only":
      return { type: "readOnly", networkAccess: false };
    case "danger-full-access":
      return { type: "dangerFullAccess" };
    case "workspace-write": {
      const { mode: _, writableRoots, ...rest } = sandbox;
      return { type: "workspaceWrite", writableRoots: [...writableRoots], ...rest };
    }
  }
}
