// The environment that codex is started with.
import path from "node:path";
import { Redactor } from "../redaction/redactor.js";

export interface EnvironmentOptions {
  /** Instead of `process.env`. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Put first on PATH. */
  pathDirs: readonly string[];
  codexHome?: string | undefined;
  /** A key that Codex gets in another way. Variables that contain it are left out: the agent's commands would inherit them. */
  hidden?: string | undefined;
  /** Whether codex may have to reach this program on loopback, whatever proxy there is. Default true. */
  loopback?: boolean | undefined;
  /** Set last, over everything else. */
  extra?: Record<string, string> | undefined;
  /** Default `process.platform`. */
  platform?: NodeJS.Platform | undefined;
}

const originatorVariable = "CODEX_INTERNAL_ORIGINATOR_OVERRIDE";
const defaultOriginator = "codex-sdk";

export function buildEnvironment(options: EnvironmentOptions): Record<string, string> {
  const environment = definedVariables(options.env ?? process.env);
  environment[originatorVariable] ||= defaultOriginator;
  if (options.codexHome !== undefined) environment["CODEX_HOME"] = path.resolve(options.codexHome);
  removeValue(environment, options.hidden);
  if (options.loopback ?? true) keepLoopbackDirect(environment);
  prependToPath(environment, options.pathDirs, options.platform ?? process.platform);
  return Object.assign(environment, options.extra);
}

/** codex would ask a proxy even for this program's own tools, which no proxy can reach. */
function keepLoopbackDirect(environment: Record<string, string>): void {
  const names = Object.keys(environment);
  if (!names.some((name) => /^(https?|all)_proxy$/i.test(name) && environment[name] !== "")) return;
  const given = environment["NO_PROXY"] || environment["no_proxy"] || "";
  const hosts = given.split(",").map((host) => host.trim());
  if (hosts.includes("*") || hosts.includes("127.0.0.1")) return;
  const direct = [given, "127.0.0.1"].filter((text) => text !== "").join(",");
  for (const name of names.filter((each) => /^no_proxy$/i.test(each))) delete environment[name];
  Object.assign(environment, { NO_PROXY: direct, no_proxy: direct });
}

/** Also values that contain the key, such as `Bearer …`, and encoded forms of it. */
function removeValue(environment: Record<string, string>, hidden: string | undefined): void {
  if (hidden === undefined) return;
  const redactor = new Redactor([hidden]);
  for (const [name, value] of Object.entries(environment)) {
    if (value.trim() === hidden || redactor.matches(value)) delete environment[name];
  }
}

function definedVariables(variables: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    if (value !== undefined) environment[name] = value;
  }
  return environment;
}

function prependToPath(environment: Record<string, string>, dirs: readonly string[], platform: NodeJS.Platform): void {
  if (dirs.length === 0) return;
  const delimiter = platform === "win32" ? path.win32.delimiter : path.posix.delimiter;
  const name = keepOnePathVariable(environment, platform);
  const others = (environment[name] ?? "").split(delimiter).filter((dir) => dir !== "" && !dirs.includes(dir));
  environment[name] = [...dirs, ...others].join(delimiter);
}

/** Windows does not tell `Path` from `PATH`; with both in the block, which one counts is chance. */
function keepOnePathVariable(environment: Record<string, string>, platform: NodeJS.Platform): string {
  if (platform !== "win32") return "PATH";
  const names = Object.keys(environment).filter((name) => name.toLowerCase() === "path");
  const kept = names.includes("Path") ? "Path" : (names.at(-1) ?? "PATH");
  for (const name of names) if (name !== kept) delete environment[name];
  return kept;
}
