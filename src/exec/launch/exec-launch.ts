// Prepares the process of one turn: the binary, arguments, environment and files, and the state of the thread before it.
import { readFileSync } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { toConfigTree, type ConfigTree } from "../../config/config-tree.js";
import { namesHookTrust } from "../../config/hook-trust.js";
import { mayHoldSecrets, secretsIn } from "../../config/secret-locations.js";
import { mergeOverrides, toConfigArguments } from "../../config/toml.js";
import type { CodexOptions, ThreadOptions } from "../../options/options.js";
import { UnsupportedError } from "../../errors/errors.js";
import type { Usage } from "../../events/events.js";
import { noUsage } from "../../events/usage.js";
import { codexHomePath, ensureCodexHome } from "../../process/locate/codex-home.js";
import { buildEnvironment, commandSearchPath, type EnvironmentOptions } from "../../process/config/environment.js";
import { locateCodex } from "../../process/locate/locate.js";
import { programsOf } from "../../process/locate/programs.js";
import { Redactor } from "../../process/redaction/redactor.js";
import { secretsOf, threadSecrets } from "../../process/redaction/secrets.js";
import { requireCredentials } from "../../providers/credentials.js";
import { readUserConfig } from "../../providers/user-config.js";
import { readEffectiveConfig } from "../../process/config/effective-config.js";
import { checkRecordedDirectory, realDirectory } from "../../options/working-directory.js";
import { hostDirectory } from "../../validation/host-directory.js";
import { execSandbox } from "./exec-sandbox.js";
import type { TurnRequest } from "../../transport/transport.js";
import { execArguments } from "./exec-arguments.js";
import { readSavedSandbox } from "../../rollouts/saved-sandbox.js";
import { readSavedThread } from "../../rollouts/saved-thread.js";
import { execProvider } from "./exec-provider.js";
import { filtersOf } from "./hide-secrets.js";
import { SecretEnvironment } from "./secret-environment.js";
import { writeTurnFiles, type TurnFiles } from "./turn-files.js";

export interface ExecTurnRequest {
  runtime: CodexOptions;
  thread: ThreadOptions;
  request: TurnRequest;
  threadId: string | null;
  /** Whether a thread with an ID must exist on disk. If its first turn broke off, it may not: it is then started again. */
  isSaved: boolean;
  /** Whether this program started the thread. */
  isOwn: boolean;
  /** The conversation's tokens, as far as this process knows them. */
  total: Usage | undefined;
}

export interface ExecLaunch {
  executablePath: string;
  /** The part of `args` that precedes Codex's own arguments. */
  prefixArgs: readonly string[];
  args: readonly string[];
  env: Record<string, string>;
  prompt: string;
  files: TurnFiles;
  /** Removes secrets from errors and traces. */
  redactor: Redactor;
  /** The conversation's tokens before the turn; undefined if unknown. */
  before: Usage | undefined;
  threadId: string | null;
  codexHome: string;
  /** The thread's rollout before the turn; undefined for a new thread. */
  rollout: { file: string; size: number } | undefined;
}

/** The variable with the key. `codex exec` cannot receive it in another way. */
const keyVariable = "CODEX_API_KEY";

export async function prepareLaunch(turn: ExecTurnRequest): Promise<ExecLaunch> {
  const { runtime, thread, request } = turn;
  const location = locateCodex(runtime.codexPathOverride);
  await ensureCodexHome(runtime);
  const codexHome = codexHomePath(runtime);
  const saved = turn.threadId === null ? undefined : await readSavedThread(codexHome, turn.threadId);
  const threadId = saved || turn.isSaved ? turn.threadId : null;
  const provider = await execProvider({ runtime, thread, saved: saved?.modelProvider, codexHome });
  await requireCredentials({ runtime, thread, provider: saved?.modelProvider, codexHome, resumeConfig: provider });
  const overrides = runtime.configOverrides ?? [];
  const isRead = (setting: ConfigTree) => mayHoldSecrets(setting) || namesHookTrust(setting);
  const { config, rest } = await mergeOverrides(toConfigTree(runtime.config ?? {}), overrides, isRead);
  const { workingDirectory } = thread;
  if (workingDirectory === undefined && threadId !== null) checkRecordedDirectory(threadId, saved?.cwd);
  const cwd = workingDirectory ?? (threadId === null ? undefined : saved?.cwd);
  const realCwd = realDirectory(cwd ?? hostDirectory());
  const environmentOptions: EnvironmentOptions = {
    env: runtime.env,
    codexHome: runtime.codexHome,
    pathDirs: location.pathDirs,
    hidden: runtime.apiKey,
    loopback: false,
    roots: [realCwd, ...(thread.additionalDirectories ?? [])],
    ...(runtime.apiKey !== undefined && { extra: { [keyVariable]: runtime.apiKey } }),
  };
  const environment = buildEnvironment(environmentOptions);
  const key = environment[keyVariable] ?? "";
  const secrets = new SecretEnvironment(environment);
  const sandbox = await execSandbox({
    options: { ...thread, ...(request.sandboxMode !== undefined && { sandboxMode: request.sandboxMode }) },
    recorded: turn.isOwn || !saved ? undefined : (await readSavedSandbox(saved.file)).sandbox,
    cwd: realCwd,
    codexHome,
    environment,
    programs: programsOf(location),
    configuresWriting: () => configures(/writable_roots|permissions|sandbox_workspace_write/, codexHome, runtime),
    configuresAccess: () => configures(/sandbox|permissions|projects|trust_level/, codexHome, runtime),
    readConfig: () =>
      readEffectiveConfig({
        executablePath: location.executablePath,
        prefixArgs: location.args,
        settings: sandboxArguments(runtime),
        env: environment,
        cwd: realCwd,
        redactor: new Redactor(secretsOf(runtime)),
      }),
  });
  const files = await writeTurnFiles(request.outputSchema, request.input);
  try {
    const plan = {
      runtime,
      thread,
      request,
      threadId,
      config,
      userConfig: await readUserConfig(codexHome),
      overrides: rest,
      provider,
      secrets,
      sandbox,
      cwd: cwd === undefined ? undefined : realCwd,
      commandPath: commandSearchPath(environmentOptions),
    };
    const privateVariables = key === "" ? [] : [keyVariable];
    const args = execArguments({ ...plan, schemaFile: files.schemaFile, images: files.images, privateVariables });
    if (Object.keys(secrets.shared).length > 0) await checkInherited(codexHome);
    return {
      executablePath: location.executablePath,
      prefixArgs: location.args,
      args: [...location.args, ...args],
      env: { ...environment, ...secrets.shared, ...secrets.variables },
      prompt: request.input.find((part) => part.type === "text")?.text ?? "",
      files,
      redactor: new Redactor([
        key,
        ...secrets.values,
        ...secretsOf(runtime),
        ...secretsIn(config),
        ...threadSecrets(thread),
      ]),
      // The record on disk also includes turns that other processes ran on the thread.
      before: threadId === null ? noUsage : (saved?.total ?? turn.total),
      threadId,
      codexHome,
      rollout: saved && { file: saved.file, size: await sizeOf(saved.file) },
    };
  } catch (error) {
    await files.remove();
    throw error;
  }
}

/** A policy in config.toml may prevent commands from inheriting variables that they must have. */
async function checkInherited(codexHome: string): Promise<void> {
  const { shell_environment_policy: policy } = await readUserConfig(codexHome);
  const [filter] = filtersOf(policy);
  if (filter === undefined) return;
  throw new UnsupportedError(
    '`shell_environment_policy.set` has a secret, which cannot be kept out of argv over `transport: "exec"` while config.toml ' +
      `sets \`shell_environment_policy.${filter}\`. Use \`transport: "app-server"\`.`,
  );
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}

/** Searches the text, because asking Codex would take 200 ms in each turn. */
function configures(setting: RegExp, codexHome: string, { config = {}, configOverrides = [] }: CodexOptions): boolean {
  const texts = [Object.keys(config).join("\n"), ...configOverrides];
  try {
    texts.push(readFileSync(path.join(codexHome, "config.toml"), "utf8"));
  } catch {
    // The file does not exist.
  }
  return texts.some((text) => setting.test(text));
}

/** The runtime's settings that determine a sandbox. */
function sandboxArguments({ config = {}, configOverrides = [] }: CodexOptions): string[] {
  const decides = (setting: string) => /^(sandbox_|default_permissions|permissions|projects)/.test(setting.trim());
  const own = Object.entries(config).filter(([name]) => decides(name));
  return toConfigArguments(toConfigTree(Object.fromEntries(own)), configOverrides.filter(decides));
}
