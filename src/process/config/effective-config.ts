// Reads Codex's configuration for a directory, using a separate Codex process.
import { configurationError, requestProblem } from "../../errors/codex-messages.js";
import { CodexExitedError } from "../../errors/errors.js";
import { deferred } from "../../internal/deferred.js";
import { isJsonObject, type JsonObject } from "../../internal/json.js";
import { version } from "../../internal/version.js";
import type { Redactor } from "../redaction/redactor.js";
import { CodexProcess } from "../child/codex-process.js";
import { causeIn } from "../child/stderr-cause.js";

export interface ConfigQuestion {
  executablePath: string;
  /** The arguments before `app-server`. */
  prefixArgs: readonly string[];
  /** `--config` arguments. */
  settings: readonly string[];
  env: Record<string, string>;
  /** The directory whose configuration is read. */
  cwd: string;
  redactor: Redactor;
}

const limitMs = 15_000;

/**
 * The result of `config/read`.
 * @throws InvalidInputError for a configuration that Codex rejects.
 * @throws CodexExitedError if Codex does not respond within 15 s.
 */
export async function readEffectiveConfig(question: ConfigQuestion): Promise<JsonObject> {
  const { executablePath, prefixArgs, settings, env, cwd, redactor } = question;
  const answer = deferred<JsonObject>();
  let errorMessage: unknown;
  const args = [...prefixArgs, "app-server", ...settings];
  const onLine = (line: string) => {
    const message = parse(line);
    if (message?.["id"] === readId) answer.resolve(message);
  };
  const codex = CodexProcess.start({ executablePath, args, env, redactor, onLine });
  const timer = setTimeout(() => answer.resolve({}), limitMs);
  try {
    const clientInfo = { name: "codex-sdk", title: null, version };
    for (const message of [
      { id: 1, method: "initialize", params: { clientInfo, capabilities: { experimentalApi: true } } },
      { method: "initialized" },
      { id: readId, method: "config/read", params: { cwd, includeLayers: true } },
    ]) {
      codex.write(`${JSON.stringify(message)}\n`);
    }
    await codex.spawned;
    const message = await Promise.race([answer.promise, codex.exited.then(() => undefined)]);
    if (isJsonObject(message?.["result"])) return message["result"];
    if (isJsonObject(message?.["error"])) errorMessage = message["error"]["message"];
  } finally {
    clearTimeout(timer);
    await codex.terminate(0);
  }
  const status = await codex.exited;
  const cause = typeof errorMessage === "string" ? errorMessage : causeIn(status.rawStderr);
  if (requestProblem(cause) === "invalid_configuration") throw redactor.redactError(configurationError(cause));
  throw new CodexExitedError("Codex did not return its configuration, which is required to resume the thread.", status);
}

const readId = 2;

function parse(line: string): JsonObject | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return isJsonObject(message) ? message : undefined;
  } catch {
    return undefined;
  }
}
