// The environment in which Codex is started.
import path from "node:path";
import { Redactor } from "../redaction/redactor.js";
import { absolutePath } from "../../validation/host-directory.js";
import { librarySearchPaths, splitSearchPath } from "../../internal/search-path.js";

export interface EnvironmentOptions {
  /** Replaces `process.env`. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
  /** Codex's own directories, which come first on PATH. */
  pathDirs: readonly string[];
  /** Directories that the agent may write to. PATH must not contain them. */
  roots?: readonly string[] | undefined;
  codexHome?: string | undefined;
  /** A key that Codex receives in another way. Variables that contain it are removed, because commands would inherit them. */
  hidden?: string | undefined;
  /** Whether Codex may have to connect to this program on loopback without a proxy. @defaultValue true */
  loopback?: boolean | undefined;
  /** Applied last; replaces all other values. */
  extra?: Record<string, string> | undefined;
  /** @defaultValue `process.platform` */
  platform?: NodeJS.Platform | undefined;
}

const originatorVariable = "CODEX_INTERNAL_ORIGINATOR_OVERRIDE";
const defaultOriginator = "codex-sdk";

export function buildEnvironment(options: EnvironmentOptions): Record<string, string> {
  const given = options.env ?? process.env;
  const environment = definedVariables({ ...given, ...librarySearchPaths(given) });
  environment[originatorVariable] ||= defaultOriginator;
  if (options.codexHome !== undefined) environment["CODEX_HOME"] = absolutePath(options.codexHome);
  removeValue(environment, options.hidden);
  if (options.loopback ?? true) keepLoopbackDirect(environment);
  setSearchPath(environment, options);
  return Object.assign(environment, options.extra);
}

/**
 * PATH of the agent's commands: the PATH of Codex, then the directories that only sandboxed commands may search. Undefined
 * if there are none.
 */
export function commandSearchPath(options: EnvironmentOptions): string | undefined {
  const environment = definedVariables(options.env ?? process.env);
  const { others } = setSearchPath(environment, options);
  if (others.length === 0) return undefined;
  return [environment["PATH"] ?? "", ...others].filter((each) => each !== "").join(path.delimiter);
}

/** Codex would otherwise use a proxy even for this program's own tools, which a proxy cannot reach. */
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

/** Includes values that contain the key, such as `Bearer …`, and encoded forms of it. */
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

function setSearchPath(
  environment: Record<string, string>,
  { pathDirs, roots = [], platform = process.platform }: EnvironmentOptions,
): { others: string[] } {
  const name = keepOnePathVariable(environment, platform);
  const value = environment[name];
  if (value === undefined && pathDirs.length === 0) return { others: [] };
  const { trusted, others } = splitSearchPath(value ?? "", {
    roots: [...roots, environment["TMPDIR"] ?? ""],
    platform,
  });
  const delimiter = platform === "win32" ? path.win32.delimiter : path.posix.delimiter;
  environment[name] = [...pathDirs, ...trusted.filter((entry) => !pathDirs.includes(entry))].join(delimiter);
  return { others: others.filter((entry) => !pathDirs.includes(entry)) };
}

/** Windows does not distinguish `Path` from `PATH`. If both are set, it is undefined which one applies. */
function keepOnePathVariable(environment: Record<string, string>, platform: NodeJS.Platform): string {
  if (platform !== "win32") return "PATH";
  const names = Object.keys(environment).filter((name) => name.toLowerCase() === "path");
  const kept = names.includes("Path") ? "Path" : (names.at(-1) ?? "PATH");
  for (const name of names) if (name !== kept) delete environment[name];
  return kept;
}
