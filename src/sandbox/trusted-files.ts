// Files that Codex, its shell and git trust. An agent that can write to one of them can run programs outside its sandbox.
import { existsSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { InvalidInputError } from "../errors/errors.js";
import { isWithin, locationsOf, realPath } from "../internal/paths.js";
import type { Sandbox } from "./sandbox.js";
import { filesNamedBy, withDotEnv } from "./trusted-variables.js";

export interface TrustContext {
  /** The directory of the thread. */
  cwd: string;
  codexHome: string;
  /** Codex's environment. */
  environment: Readonly<Record<string, string | undefined>>;
  /** The files of Codex and of this SDK. In the workspace, a permission profile protects them. */
  programs?: readonly string[] | undefined;
}

interface TrustedFile {
  path: string;
  /** Its name in errors. */
  name: string;
}

/**
 * The sandbox in which the agent cannot write to a trusted file: if one is in a temporary directory, without write access
 * to temporary directories.
 * @throws InvalidInputError if the workspace or another directory that the caller makes writable contains one.
 */
export function guardTrustedFiles(sandbox: Sandbox, given: TrustContext): Sandbox {
  if (sandbox.mode === "read-only" || sandbox.mode === "danger-full-access") return sandbox;
  const context = { ...given, environment: withDotEnv(given.environment, given.codexHome) };
  const { programs = [] } = context;
  const files = trustedFiles(context).map((file) => ({ ...file, locations: locationsOf(file.path) }));
  const isProtected = (file: string) => programs.some((program) => isWithin(file, program));
  const find = (root: string, from: typeof files = files) =>
    from.find(({ locations }) => locations.some((each) => isWithin(each, root) || isWithin(each, realPath(root))));

  const canProtect = sandbox.mode === "workspace-write";
  const unprotected = canProtect ? files.filter(({ locations }) => !locations.every(isProtected)) : files;
  for (const root of [context.cwd, ...sandbox.writableRoots]) {
    const file = find(path.resolve(root), unprotected);
    if (file) throw writableError(file, root);
    if (isProtected(realPath(root))) throw writableError({ path: realPath(root), name: "Codex or this SDK" }, root);
  }
  const isInTemporary = temporaryDirectories(context).some((root) => find(root) !== undefined);
  if (!isInTemporary) return sandbox;
  if (sandbox.mode === "profile") return checkProfile(sandbox, context, find);
  return { ...sandbox, excludeTmpdirEnvVar: true, excludeSlashTmp: true };
}

/** The exclusions of a user-defined profile cannot be changed for one turn. */
function checkProfile(
  sandbox: Sandbox,
  context: TrustContext,
  find: (root: string) => TrustedFile | undefined,
): Sandbox {
  for (const root of temporaryDirectories(context)) {
    const file = find(root);
    if (file) throw writableError(file, root);
  }
  return sandbox;
}

function temporaryDirectories({ environment }: TrustContext): string[] {
  const { TMPDIR } = environment;
  return ["/tmp", ...(TMPDIR !== undefined && path.isAbsolute(TMPDIR) ? [TMPDIR] : [])];
}

function trustedFiles({ cwd, codexHome, environment, programs = [] }: TrustContext): TrustedFile[] {
  // Shells resolve a relative one in their working directory.
  const home = path.resolve(cwd, environment["HOME"] || os.homedir());
  const below = (directory: string, names: readonly string[], name: string) =>
    names.map((each) => ({ path: path.join(directory, each), name }));
  return [
    { path: codexHome, name: "CODEX_HOME" },
    ...below(codexHome, codexFiles, "CODEX_HOME"),
    { path: home, name: "HOME" },
    ...below(home, shellFiles, "a profile that the login shell runs"),
    ...below(home, gitFiles, "git's configuration"),
    ...filesNamedBy(environment, cwd),
    ...programs.map((each) => ({ path: each, name: "Codex or this SDK" })),
    ...namedPrograms(environment["PATH"] ?? ""),
  ];
}

const codexFiles = ["config.toml", "hooks.json", "rules", "sessions", ".env", "auth.json", "plugins"] as const;

const shellFiles = [
  ".bash_profile",
  ".bash_login",
  ".bash_logout",
  ".bashrc",
  ".profile",
  ".zshenv",
  ".zprofile",
  ".zshrc",
  ".zlogin",
  ".zlogout",
  ".config/fish/config.fish",
] as const;

const gitFiles = [".gitconfig", ".config/git/config"] as const;

/** Programs that Codex and this SDK run by name. A link in a safe directory may lead to a writable one. */
const programNames = ["git", "sh", "bash", "zsh", "lsb_release", "ps", "rg", "bwrap", "cat", "grep", "sleep"] as const;

function namedPrograms(searchPath: string): TrustedFile[] {
  const directories = searchPath.split(path.delimiter).filter((each) => path.isAbsolute(each));
  return programNames.flatMap((name) => {
    const file = directories.map((directory) => path.join(directory, name)).find((each) => existsSync(each));
    return file === undefined ? [] : [{ path: file, name: `the program "${name}"` }];
  });
}

function writableError({ path: file, name }: TrustedFile, root: string): InvalidInputError {
  const remedy =
    name === "CODEX_HOME" ? "Set another `codexHome`" : `Move it, or pass an \`env\` without it to \`Codex\``;
  return new InvalidInputError(
    `The agent could write to ${root}, and so change ${name}: ${file}. Files there are used outside the sandbox. ` +
      `${remedy}, choose a narrower \`workingDirectory\` and \`additionalDirectories\`, or use \`sandboxMode: "read-only"\`.`,
  );
}
