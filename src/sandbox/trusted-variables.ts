// Variables of Codex's environment that name files whose content is run, or determines what is run.
import { readFileSync } from "node:fs";
import path from "node:path";

type Environment = Readonly<Record<string, string | undefined>>;

export interface NamedFile {
  path: string;
  /** The variable. */
  name: string;
}

/** Files and directories. */
const files = [
  "GIT_COMMON_DIR",
  "GIT_CONFIG_GLOBAL",
  "GIT_CONFIG_SYSTEM",
  "GIT_DIR",
  "GIT_EXEC_PATH",
  "GIT_TEMPLATE_DIR",
  "XDG_CONFIG_HOME",
  "ZDOTDIR",
];
/** Files that a shell runs when it starts. It expands the value. */
const startFiles = ["BASH_ENV", "ENV"];
/** Programs and libraries. A name without a slash is searched in directories that are checked separately. */
const programs = [
  "DYLD_INSERT_LIBRARIES",
  "GIT_ASKPASS",
  "GIT_EXTERNAL_DIFF",
  "GIT_SSH",
  "LD_AUDIT",
  "LD_PRELOAD",
  "SSH_ASKPASS",
];
/** Lists of directories in which programs and libraries are searched. An empty entry is the working directory. */
const searchPaths = ["DYLD_LIBRARY_PATH", "LD_LIBRARY_PATH", "PATH"];

/** The files that the variables name. Codex and git start in `cwd`, so relative paths depend on it. */
export function filesNamedBy(environment: Environment, cwd: string): NamedFile[] {
  const of = (names: readonly string[], entriesOf: (value: string) => readonly string[]) =>
    names.flatMap((name) => {
      const value = environment[name] ?? "";
      const entries = value === "" ? [] : entriesOf(value);
      return entries.map((entry) => ({ name, path: path.resolve(cwd, entry) }));
    });
  return [
    ...of(files, (value) => [value]).filter(
      ({ name, path: file }) => name !== "GIT_DIR" || !isOwnRepository(file, cwd),
    ),
    ...of(startFiles, (value) => [expanded(value, { ...environment, PWD: cwd })]),
    ...of(programs, (value) => value.split(/[\s:]+/).filter((entry) => entry.includes("/"))),
    ...of(searchPaths, (value) => value.split(path.delimiter)),
  ];
}

/** Git sets it for its hooks, and Codex's sandbox protects it. */
function isOwnRepository(file: string, cwd: string): boolean {
  return file === path.join(cwd, ".git");
}

/** What remains of an expansion is read as a relative path. */
function expanded(value: string, environment: Environment): string {
  return value
    .replace(/^~(?=\/)/, environment["HOME"] ?? "~")
    .replaceAll(
      /\$(?:\{(\w+)\}|(\w+))/g,
      (all, braced?: string, bare?: string) => environment[braced ?? bare ?? ""] ?? all,
    );
}

/** The environment with the variables of `$CODEX_HOME/.env`, which replace Codex's own. */
export function withDotEnv(environment: Environment, codexHome: string): Environment {
  const result: Record<string, string | undefined> = { ...environment };
  for (const line of linesOf(path.join(codexHome, ".env"))) {
    const [, name, raw = ""] = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*)$/.exec(line) ?? [];
    // Codex ignores variables with its own prefix there.
    if (name === undefined || name.startsWith("CODEX_")) continue;
    const [, single, double] = /^(?:'([^']*)'|"([^"]*)")/.exec(raw) ?? [];
    result[name] = single ?? expanded(double ?? raw.replace(/\s+#.*$/, "").trim(), result);
  }
  return result;
}

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split(/\r?\n/);
  } catch {
    return []; // the file does not exist
  }
}
