// PATH without the directories in which an agent could place a program.
import os from "node:os";
import path from "node:path";
import { isWithin, locationsOf, realPath } from "./paths.js";

export interface SearchPath {
  /** For Codex and everything that runs outside the sandbox. */
  trusted: string[];
  /** Absolute entries that only the agent's commands may search. */
  others: string[];
}

interface SearchPathOptions {
  /** Directories that the agent may write to, in addition to the usual ones. */
  roots?: readonly string[];
  /** @defaultValue `process.platform` */
  platform?: NodeJS.Platform;
}

/**
 * Sorts the entries of PATH. Relative entries depend on the working directory of a program, so they are removed.
 * `node_modules/.bin`, temporary directories, the host's working directory and `roots` are only for the agent's commands.
 */
export function splitSearchPath(
  value: string,
  { roots = [], platform = process.platform }: SearchPathOptions = {},
): SearchPath {
  const syntax = platform === "win32" ? path.win32 : path.posix;
  const writable = [...roots.filter((root) => path.isAbsolute(root)), ...defaultRoots()];
  const links = writable.map((root) => realPath(root));
  const result: SearchPath = { trusted: [], others: [] };
  for (const entry of new Set(value.split(syntax.delimiter))) {
    if (!syntax.isAbsolute(entry)) continue;
    // Paths of another platform cannot be resolved here.
    const locations = platform === process.platform ? locationsOf(entry) : [];
    const isWritable = locations.some((each) => [...writable, ...links].some((root) => isWithin(each, root)));
    (isWritable || [entry, ...locations].some(isInPackages) ? result.others : result.trusted).push(entry);
  }
  return result;
}

/**
 * The lists of directories with libraries, without relative entries; undefined if nothing remains. An empty entry, as
 * `$LD_LIBRARY_PATH:/opt/lib` leaves it, means the working directory: git, which Codex starts in the workspace, would load
 * the agent's libraries.
 */
export function librarySearchPaths(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string | undefined> {
  const given = ["DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH"].filter((name) => environment[name] !== undefined);
  return Object.fromEntries(
    given.map((name) => {
      const entries = (environment[name] ?? "").split(/[:;]/).filter((entry) => path.isAbsolute(entry));
      return [name, entries.length > 0 ? entries.join(":") : undefined] as const;
    }),
  );
}

/** The search path of the programs that the SDK itself starts. The system's own directories come first. */
export function systemSearchPath(): string {
  const { trusted } = splitSearchPath(process.env["PATH"] ?? "");
  return [...new Set(["/usr/bin", "/bin", "/usr/sbin", "/sbin", ...trusted])].join(path.delimiter);
}

/** Directories that an agent can usually write to, whatever the thread's options are. */
function defaultRoots(): string[] {
  const temporary = ["/tmp", os.tmpdir(), process.env["TMPDIR"] ?? ""].filter((root) => path.isAbsolute(root));
  const directory = hostDirectory();
  // If a program was started in the home directory or in `/`, that directory is not a workspace.
  const isWorkspace = directory !== undefined && !isWithin(realPath(os.homedir()), directory);
  return [...temporary, ...(isWorkspace ? [directory] : [])];
}

/** Undefined if the host's working directory was deleted. */
function hostDirectory(): string | undefined {
  try {
    return realPath(process.cwd());
  } catch {
    return undefined;
  }
}

function isInPackages(directory: string): boolean {
  return /[\\/]node_modules([\\/]|$)/.test(directory);
}
