// Determines which file a command runs. Rules trust programs of the system, not files that the agent can write.
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { ApprovalContext } from "../approval.js";
import { realPath } from "./real-path.js";

/** Builtins of shells without an effect on later commands. */
const safeBuiltins: ReadonlySet<string> = new Set([":", "[", "echo", "false", "printf", "pwd", "test", "true"]);

/** Builtins of shells that affect later commands, or run other commands. */
const statefulBuiltins: ReadonlySet<string> = new Set(
  (
    ". alias autoload bg bind bindkey break builtin caller cd chdir command compdef compgen complete compopt continue " +
    "declare dirs disable disown emulate enable eval exec exit export fc fg float functions getopts hash history " +
    "integer jobs let local logout mapfile noglob nocorrect popd pushd read readarray readonly rehash return sched set " +
    "setopt shift shopt source suspend times trap type typeset ulimit umask unalias unfunction unhash unset unsetopt " +
    "wait whence zcompile zle zmodload zparseopts zstyle"
  ).split(" "),
);

const temporary: ReadonlySet<string> = new Set(["/tmp", "/private/tmp", os.tmpdir(), realPath(os.tmpdir()) ?? "/tmp"]);

/** Whether a shell runs the program as a builtin with an effect on later commands. */
export function isStateful(program: string): boolean {
  return statefulBuiltins.has(program);
}

/** Where programs are searched. */
export type ProgramSource = Pick<ApprovalContext, "searchPath" | "writableRoots">;

/**
 * The absolute path of the program that a shell would run, or the name of a harmless builtin. Undefined if the agent can
 * influence what runs: if the program, or a directory that is searched before, is in a writable root.
 */
export function trustedProgram(name: string, source: ProgramSource): string | undefined {
  if (isStateful(name)) return undefined;
  if (safeBuiltins.has(name)) return name;
  const roots = source.writableRoots.flatMap((root) => [path.resolve(root), realPath(path.resolve(root)) ?? root]);
  // PATH entries in temporary directories are rare and not created by the agent. Programs in them are still not trusted.
  const own = roots.filter((root) => !temporary.has(root));
  if (name.includes("/")) return path.isAbsolute(name) ? trustedFile(name, roots) : undefined;
  for (const directory of source.searchPath) {
    // An empty or relative entry means the directory of the command.
    if (!path.isAbsolute(directory)) return undefined;
    const real = realPath(directory);
    // The agent can create a program here before the command runs.
    if (real === undefined || [directory, real].some((each) => isInside(each, own))) return undefined;
    const file = path.join(directory, name);
    if (isExecutable(file)) return trustedFile(file, roots);
  }
  return undefined;
}

function trustedFile(file: string, roots: readonly string[]): string | undefined {
  try {
    const real = realpathSync(file);
    return isExecutable(real) && ![path.resolve(file), real].some((each) => isInside(each, roots)) ? file : undefined;
  } catch {
    return undefined;
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** Whether `file` is one of the directories, or inside one of them. */
export function isInside(file: string, directories: readonly string[]): boolean {
  return directories.some((directory) => {
    const relative = path.relative(directory, file);
    return (
      relative === "" || (!relative.startsWith(`..${path.sep}`) && relative !== ".." && !path.isAbsolute(relative))
    );
  });
}
