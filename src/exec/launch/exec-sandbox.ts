// The sandbox of one turn over exec, unless Codex determines it.
import type { CodexConfigObject, ThreadOptions } from "../../options/options.js";
import { realPath } from "../../internal/paths.js";
import {
  configuredSandbox,
  emptyConfig,
  namesSandbox,
  toEffectiveConfig,
  withGiven,
} from "../../sandbox/configured-sandbox.js";
import { restrict } from "../../sandbox/restrict.js";
import { ownProfiles, writingProfile } from "../../sandbox/permission-profiles.js";
import { protectedPrograms } from "../../sandbox/protected-programs.js";
import type { Sandbox } from "../../sandbox/sandbox.js";
import { guardTrustedFiles, type TrustContext } from "../../sandbox/trusted-files.js";

export interface ExecSandboxQuestion extends TrustContext {
  options: ThreadOptions;
  /** The thread's last sandbox, unless this program started the thread. */
  recorded: Sandbox | undefined;
  /** Whether the configuration may give write access to more than the workspace. */
  configuresWriting(): boolean;
  /** Whether the configuration may give write access at all. */
  configuresAccess(): boolean;
  /** Reads Codex's configuration, which takes about 200 ms. */
  readConfig(): Promise<object>;
}

/** The settings for the arguments. Empty if Codex's own choice from its configuration is correct and safe. */
export interface ExecSandbox {
  mode?: string | undefined;
  config: CodexConfigObject;
}

/** @throws InvalidInputError if the agent could write to a trusted file. */
export async function execSandbox(question: ExecSandboxQuestion): Promise<ExecSandbox> {
  const { options, recorded, cwd } = question;
  const isNamed = namesSandbox(options);
  if (!isNamed && recorded?.mode === "read-only") return { mode: "read-only", config: {} };

  const isLeft = recorded === undefined && options.trustProject !== true;
  // Without a sandbox in the options, Codex's own choice permits at most this.
  const plain = configuredSandbox(isNamed ? options : { ...options, sandboxMode: "workspace-write" }, emptyConfig, cwd);
  const needsConfig = plain.mode === "workspace-write" && question.configuresWriting();
  if (isNamed && !needsConfig) {
    const sandbox = guardTrustedFiles(plain, question);
    return protecting(sandbox, question) ?? { mode: options.sandboxMode, config: exclusions(sandbox) };
  }
  const guarded = guardedOrUndefined(plain, question);
  // Codex's own choice is read-only unless the configuration sets another one.
  const isOpen = guarded && (protecting(guarded, question) === undefined || !question.configuresAccess());
  if (!isNamed && isLeft && !needsConfig && isOpen) return { config: exclusions(guarded) };

  const configured = configuredSandbox(options, toEffectiveConfig(await question.readConfig()), cwd);
  const sandbox = isNamed ? configured : withGiven(restrict(configured, recorded), options);
  const allowed = guardTrustedFiles(sandbox, question);
  return protecting(allowed, question) ?? complete(allowed);
}

/** A profile in which the agent cannot change Codex and this SDK; undefined if it cannot anyway. */
function protecting(sandbox: Sandbox, { cwd, programs = [] }: ExecSandboxQuestion): ExecSandbox | undefined {
  if (sandbox.mode !== "workspace-write") return undefined;
  const entries = protectedPrograms(programs, [cwd, ...sandbox.writableRoots].map(realPath));
  if (Object.keys(entries).length === 0) return undefined;
  const profile = writingProfile(sandbox, { denied: [], cwd, programs: entries });
  const name = ownProfiles["workspace-write"];
  return { config: { permissions: { [name]: quoted(profile) }, default_permissions: name } };
}

/** Paths are literal keys. */
function quoted({ filesystem, ...rest }: ReturnType<typeof writingProfile>): CodexConfigObject {
  const entries = Object.entries(filesystem as CodexConfigObject).map(([file, access]) => [
    JSON.stringify(file),
    access,
  ]);
  return { ...(rest as CodexConfigObject), filesystem: Object.fromEntries(entries) as CodexConfigObject };
}

/** A sandbox that does not depend on the configuration. */
function complete(sandbox: Sandbox): ExecSandbox {
  if (sandbox.mode === "profile") return { config: { default_permissions: sandbox.profile } };
  if (sandbox.mode !== "workspace-write") return { mode: sandbox.mode, config: {} };
  const { mode, writableRoots, networkAccess } = sandbox;
  const settings = { writable_roots: [...writableRoots], network_access: networkAccess };
  return { mode, config: { sandbox_workspace_write: settings, ...exclusions(sandbox, true) } };
}

function exclusions(sandbox: Sandbox, isComplete = false): CodexConfigObject {
  if (sandbox.mode !== "workspace-write") return {};
  const { excludeSlashTmp, excludeTmpdirEnvVar } = sandbox;
  return {
    ...((isComplete || excludeSlashTmp) && { "sandbox_workspace_write.exclude_slash_tmp": excludeSlashTmp }),
    ...((isComplete || excludeTmpdirEnvVar) && {
      "sandbox_workspace_write.exclude_tmpdir_env_var": excludeTmpdirEnvVar,
    }),
  };
}

function guardedOrUndefined(sandbox: Sandbox, context: TrustContext): Sandbox | undefined {
  try {
    return guardTrustedFiles(sandbox, context);
  } catch {
    return undefined; // not allowed, if this is what the configuration gives
  }
}
