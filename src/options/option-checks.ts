// Validates options: one check for each option.
import * as is from "../validation/check-options.js";
import type { Check, Checks } from "../validation/check-options.js";
import { checkBudget } from "../instruments/budget.js";
import { isJsonObject } from "../internal/json.js";
import { InvalidInputError } from "../errors/errors.js";
import { expectedHermetic } from "./hermetic-exceptions.js";
import { checkMcpServers } from "./mcp-servers.js";
import { checkTools } from "../tools/check-tools.js";
import type { CodexOptions, ThreadOptions, TurnOptions } from "./options.js";

const secret: Check = (value) =>
  // The value itself must not appear in a message.
  typeof value === "string" && is.isVisibleAscii(value.trim())
    ? undefined
    : `a string of visible ASCII characters ${is.notShown}`;

const observer: Check = (value) => {
  const observers: unknown[] = Array.isArray(value) ? value : [value];
  const hooks = ["onTurn", "onCodexStart", "onMessage"];
  const isObserver = (each: unknown) =>
    isJsonObject(each) && hooks.some((hook) => each[hook] !== undefined) && hooks.every((hook) => isHook(each[hook]));
  return is.isListOf(observers, isObserver)
    ? undefined
    : "an observer, with `onTurn`, `onCodexStart` or `onMessage` as functions";
};

/** @throws InvalidInputError if the value is not a single observer. */
export function checkObserver(value: unknown): void {
  const expected = Array.isArray(value) ? "one observer" : observer(value);
  if (expected !== undefined) throw new InvalidInputError(`codex.observe() requires ${expected}.`);
}

const isHook = (value: unknown) => value === undefined || typeof value === "function";

const prices: Check = (value) =>
  isJsonObject(value) && typeof value["costOf"] === "function" && typeof value["source"] === "string"
    ? undefined
    : "a price list of codex-sdk/cost, or an object with `costOf`, `source` and `date`";

const codexChecks = {
  telemetry: observer,
  prices,
  budget: checkBudget,
  codexPathOverride: is.text,
  baseUrl: is.httpUrl,
  apiKey: secret,
  config: is.plainObject,
  configOverrides: (value) =>
    is.texts(value) === undefined && (value as string[]).every((entry) => entry.includes("="))
      ? undefined
      : 'an array of "key=value" strings without NUL characters',
  env: is.environment,
  codexHome: is.text,
  transport: is.oneOf("app-server", "exec"),
  websockets: is.flag,
  openAiExtensions: is.flag,
  hermetic: expectedHermetic,
  lean: is.flag,
  shutdownGraceMs: is.millisecondsOrZero,
  store: (value) =>
    typeof value === "object" && value !== null && "claim" in value && "append" in value
      ? undefined
      : "a thread store, such as fileStore(directory) of codex-sdk/store",
  storeFailure: is.oneOf("fail", "continue"),
  releaseAfterMs: is.millisecondsOrZero,
} satisfies Record<keyof CodexOptions, Check>;

const sandbox = is.oneOf("read-only", "workspace-write", "danger-full-access");

const approvals: Check = (value) =>
  value === "on-failure"
    ? 'one of "never", "on-request", "untrusted" (this Codex no longer has "on-failure"; use "on-request")'
    : is.oneOf("never", "on-request", "untrusted")(value);

const threadChecks = {
  budget: checkBudget,
  model: is.text,
  modelProvider: is.text,
  // Each model has its own efforts, and new versions of Codex add more.
  modelReasoningEffort: is.text,
  sandboxMode: sandbox,
  workingDirectory: is.text,
  additionalDirectories: is.texts,
  trustProject: is.flag,
  skipGitRepoCheck: is.flag,
  networkAccessEnabled: is.flag,
  webSearchMode: is.oneOf("disabled", "cached", "live"),
  webSearchEnabled: is.flag,
  approvalPolicy: approvals,
  threadSource: is.text,
  developerInstructions: is.anyText,
  instructions: is.anyText,
  baseInstructions: is.anyText,
  ephemeral: is.flag,
  planTool: is.flag,
  mcpServers: is.plainObject,
  tools: (value) => (Array.isArray(value) ? undefined : "an array of tools made with tool()"),
  onApproval: is.callback,
  onUserInput: is.callback,
  onElicitation: is.callback,
  config: is.plainObject,
} satisfies Record<keyof ThreadOptions, Check>;

const turnChecks = {
  budget: checkBudget,
  outputSchema: () => undefined,
  signal: is.abortSignal,
  cyberAccessProgram: is.oneOf("standard", "daybreak_blue", "daybreak_red"),
  timeoutMs: is.milliseconds,
  idleTimeoutMs: is.milliseconds,
  model: is.text,
  // Each model has its own efforts, and new versions of Codex add more.
  modelReasoningEffort: is.text,
  sandboxMode: sandbox,
  approvalPolicy: approvals,
} satisfies Record<keyof TurnOptions, Check>;

export function checkCodexOptions(options: unknown): void {
  is.checkOptions(options, codexChecks satisfies Checks, "CodexOptions");
}

/**
 * Checks the options of a thread and returns a copy with `developerInstructions` in place of its alias.
 * @throws InvalidInputError
 */
export function readThreadOptions(options: unknown): ThreadOptions {
  is.checkOptions(options, threadChecks satisfies Checks, "ThreadOptions");
  // The checks have established that this is an object of these options.
  const { instructions, ...own } = options as ThreadOptions;
  checkMcpServers(own.mcpServers);
  checkTools(own.tools ?? [], own.mcpServers);
  if (instructions === undefined) return own;
  if (own.developerInstructions !== undefined) {
    throw new InvalidInputError(
      "ThreadOptions.developerInstructions and its alias `instructions` are both set. Pass only `developerInstructions`.",
    );
  }
  return { ...own, developerInstructions: instructions };
}

export function checkTurnOptions(options: unknown): void {
  is.checkOptions(options, turnChecks satisfies Checks, "TurnOptions");
}

const threadId = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isThreadId(value: unknown): boolean {
  return typeof value === "string" && threadId.test(value);
}

/** @throws InvalidInputError */
export function checkThreadId(id: unknown): void {
  if (isThreadId(id)) return;
  throw new InvalidInputError(
    `${is.describe(id)} is not a thread ID. Pass the \`id\` of a thread, such as "01a20222-4e63-7122-a53d-6a8230e28aaa".`,
  );
}

/** Validates the name of a thread. @throws InvalidInputError */
export function checkThreadName(name: unknown): void {
  if (typeof name === "string" && name.trim() !== "") return;
  throw new InvalidInputError(`The name of a thread must be a string that is not empty, not ${is.describe(name)}.`);
}

/** Validates the method of a request of Codex's own protocol. @throws InvalidInputError */
export function checkMethod(method: unknown): void {
  if (typeof method !== "string" || method.trim() === "") {
    throw new InvalidInputError(
      `The method of a request must be a string such as "thread/list", not ${is.describe(method)}.`,
    );
  }
  if (method === "initialize") {
    throw new InvalidInputError('"initialize" cannot be sent again. The SDK sends it when it starts Codex.');
  }
}
