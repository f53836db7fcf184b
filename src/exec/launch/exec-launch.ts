// Makes ready what one turn's process needs: the binary, the arguments, the environment, the files, and what was before.
import { stat } from "node:fs/promises";
import { mcpSecrets } from "../../options/mcp-servers.js";
import type { CodexOptions, ThreadOptions } from "../../options/options.js";
import type { Usage } from "../../events/events.js";
import { noUsage } from "../../events/usage.js";
import { codexHomePath, ensureCodexHome } from "../../process/locate/codex-home.js";
import { buildEnvironment } from "../../process/config/environment.js";
import { locateCodex } from "../../process/locate/locate.js";
import { secretsOf } from "../../process/redaction/secrets.js";
import type { TurnRequest } from "../../transport/transport.js";
import { execArguments } from "./exec-arguments.js";
import { readSavedThread } from "../../rollouts/saved-thread.js";
import { SecretEnvironment } from "./secret-environment.js";
import { writeTurnFiles, type TurnFiles } from "./turn-files.js";
import { checkInputSupported } from "../unsupported.js";

export interface ExecTurnRequest {
  runtime: CodexOptions;
  thread: ThreadOptions;
  request: TurnRequest;
  threadId: string | null;
  /** Whether a thread with an id must be on disk. One whose first turn was broken off may not be: it starts again. */
  isSaved: boolean;
  /** The conversation's tokens as this process knows them. */
  total: Usage | undefined;
}

export interface ExecLaunch {
  executablePath: string;
  /** Those of `args` that stand before codex's own. */
  prefixArgs: readonly string[];
  args: readonly string[];
  env: Record<string, string>;
  prompt: string;
  files: TurnFiles;
  /** Never shown in errors or traces. */
  secrets: readonly string[];
  /** The conversation's tokens before the turn; undefined where they are not known. */
  before: Usage | undefined;
  threadId: string | null;
  codexHome: string;
  /** The thread's rollout as it is before the turn; undefined for a new thread. */
  rollout: { file: string; size: number } | undefined;
}

/** The variable that `codex exec` takes its key from; it has no other way. */
const keyVariable = "CODEX_API_KEY";

export async function prepareLaunch(turn: ExecTurnRequest): Promise<ExecLaunch> {
  const { runtime, thread, request } = turn;
  checkInputSupported(request.input);
  const location = locateCodex(runtime.codexPathOverride);
  await ensureCodexHome(runtime);
  const codexHome = codexHomePath(runtime);
  const saved = turn.threadId === null ? undefined : await readSavedThread(codexHome, turn.threadId);
  const threadId = saved || turn.isSaved ? turn.threadId : null;
  const environment = buildEnvironment({
    env: runtime.env,
    codexHome: runtime.codexHome,
    pathDirs: location.pathDirs,
    hidden: runtime.apiKey,
    loopback: false,
    ...(runtime.apiKey !== undefined && { extra: { [keyVariable]: runtime.apiKey } }),
  });
  const key = environment[keyVariable] ?? "";
  const secrets = new SecretEnvironment(environment);
  const files = await writeTurnFiles(request.outputSchema, request.input);
  try {
    const plan = { runtime, thread, request, threadId, savedProvider: saved?.modelProvider, secrets };
    const privateVariables = key === "" ? [] : [keyVariable];
    const args = await execArguments({ ...plan, schemaFile: files.schemaFile, images: files.images, privateVariables });
    return {
      executablePath: location.executablePath,
      prefixArgs: location.args,
      args: [...location.args, ...args],
      env: { ...environment, ...secrets.variables },
      prompt: request.input.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n"),
      files,
      secrets: [...(key === "" ? [] : [key]), ...secrets.values, ...shownNowhere(runtime, thread)],
      // What is on disk also counts turns that others ran on the thread.
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

function shownNowhere(runtime: CodexOptions, { config, mcpServers }: ThreadOptions): string[] {
  return [...secretsOf(runtime), ...secretsOf({ config }), ...mcpSecrets(mcpServers ?? {})];
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
