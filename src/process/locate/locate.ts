// Finds the codex executable: at the given path, in the installed package, or on PATH.
import path from "node:path";
import { CodexNotFoundError, CodexUnusableError } from "../../errors/errors.js";
import { codexVersion } from "../../internal/version.js";
import { besideExecutable, helpersBeside, remedyFor, thisDeployment } from "./deployment.js";
import type { Deployment } from "./deployment.js";
import { existingDirectory } from "./existing-directory.js";
import { exists, isDirectory, isExecutable, isFile } from "./file-kind.js";

export interface CodexLocation {
  executablePath: string;
  /** The arguments before Codex's own: a script requires Node.js as the executable. */
  args: readonly string[];
  /** Directories of Codex's helper programs, such as ripgrep. They come first on its PATH. */
  pathDirs: readonly string[];
}

export interface Host {
  platform: NodeJS.Platform;
  arch: string;
  workingDirectory: string;
  /** The value of PATH. */
  searchPath: string;
  /** The files from which installed packages are resolved, in order. */
  anchors: readonly string[];
  deployment?: Deployment | undefined;
}

const codexPackage = "@openai/codex";
const ownPackage = "codex-sdk";
const script = /\.[cm]?js$/;

const targets: Record<string, { package: string; triple: string }> = {
  "linux-x64": { package: "@openai/codex-linux-x64", triple: "x86_64-unknown-linux-musl" },
  "linux-arm64": { package: "@openai/codex-linux-arm64", triple: "aarch64-unknown-linux-musl" },
  "darwin-x64": { package: "@openai/codex-darwin-x64", triple: "x86_64-apple-darwin" },
  "darwin-arm64": { package: "@openai/codex-darwin-arm64", triple: "aarch64-apple-darwin" },
  "win32-x64": { package: "@openai/codex-win32-x64", triple: "x86_64-pc-windows-msvc" },
  "win32-arm64": { package: "@openai/codex-win32-arm64", triple: "aarch64-pc-windows-msvc" },
};

/**
 * Finds Codex. An `override` takes precedence: a path (relative to the working directory), or a bare name on PATH.
 * @throws CodexNotFoundError with every path that was tried; CodexUnusableError for a file that cannot run.
 */
export function locateCodex(override?: string, host?: Host): CodexLocation {
  if (host) return locate(override, host);
  const current = thisHost();
  const key = JSON.stringify([override, current.searchPath, current.workingDirectory]);
  const known = located.get(key);
  if (known && exists(known.executablePath)) return known;
  const location = locate(override, current);
  located.set(key, location);
  return location;
}

/** The result is cached for the life of the process: an agent may create another Codex that would be found first. */
const located = new Map<string, CodexLocation>();

function locate(override: string | undefined, host: Host): CodexLocation {
  const tried = new Set<string>();
  const location = override ? locateOverride(override, host, tried) : locateInstalled(host, tried);
  if (location) return location;
  throw override ? overrideNotFound(override, [...tried]) : codexNotFound(host, tried);
}

function locateOverride(override: string, host: Host, tried: Set<string>): CodexLocation | undefined {
  if (!/[\\/]/.test(override)) return onPath(override, host, tried);
  const file = path.resolve(host.workingDirectory, override);
  tried.add(file);
  if (!exists(file)) return undefined;
  return runnable(file, host);
}

function locateInstalled(host: Host, tried: Set<string>): CodexLocation | undefined {
  const target = targets[`${host.platform === "android" ? "linux" : host.platform}-${host.arch}`];
  if (target) {
    for (const root of packageRoots(host.anchors, target.package, tried)) {
      const location = inVendor(path.join(root, "vendor", target.triple), host, tried);
      if (location) return location;
    }
  }
  return besideHost(host, tried) ?? onPath("codex", host, tried);
}

function besideHost(host: Host, tried: Set<string>): CodexLocation | undefined {
  const file = besideExecutable(host.deployment ?? {}, executableName(host));
  if (file === undefined) return undefined;
  tried.add(file);
  return exists(file) ? { ...runnable(file, host), pathDirs: helpersBeside(file) } : undefined;
}

function executableName(host: Host): string {
  return host.platform === "win32" ? "codex.exe" : "codex";
}

/** One after the other: the first is usually the right one, and each check takes a millisecond. */
function* packageRoots(anchors: readonly string[], platformPackage: string, tried: Set<string>): Generator<string> {
  for (const from of lookupAnchors(anchors)) {
    const manifest = manifestOf(platformPackage, from);
    if (manifest) yield path.dirname(manifest);
    else tried.add(`${platformPackage}, from ${from}`);
  }
}

/** Codex's package can resolve its platform package. In strict layouts, only this package can resolve that of Codex. */
function* lookupAnchors(anchors: readonly string[]): Generator<string> {
  for (const anchor of anchors) {
    yield* anchorsFrom(anchor);
    const own = manifestOf(ownPackage, anchor);
    if (own !== undefined) yield* anchorsFrom(own);
  }
}

function* anchorsFrom(place: string): Generator<string> {
  const codex = manifestOf(codexPackage, place);
  if (codex !== undefined) yield codex;
  yield place;
}

/** Not imported: bundlers replace what `createRequire` of an import resolves by the path at build time. */
const { createRequire } = process.getBuiltinModule("node:module");

function manifestOf(name: string, anchor: string): string | undefined {
  try {
    return createRequire(anchor).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}

/** The layout of current packages, then that of older ones. */
function inVendor(vendor: string, host: Host, tried: Set<string>): CodexLocation | undefined {
  const unpacked = unpackedFromAsar(vendor);
  const name = executableName(host);
  const layouts = [
    { file: path.join(unpacked, "bin", name), pathDir: path.join(unpacked, "codex-path") },
    { file: path.join(unpacked, "codex", name), pathDir: path.join(unpacked, "path") },
  ];
  for (const { file, pathDir } of layouts) {
    tried.add(file);
    if (exists(file)) return { ...runnable(file, host), pathDirs: isDirectory(pathDir) ? [pathDir] : [] };
  }
  return undefined;
}

function onPath(name: string, host: Host, tried: Set<string>): CodexLocation | undefined {
  const isWindows = host.platform === "win32";
  const file = isWindows && path.extname(name) === "" ? `${name}.exe` : name;
  for (const dir of host.searchPath.split(isWindows ? ";" : ":")) {
    if (dir === "") continue;
    const candidate = path.resolve(host.workingDirectory, dir, file);
    tried.add(candidate);
    if (isFile(candidate) && isExecutable(candidate, host.platform)) return runnable(candidate, host);
  }
  return undefined;
}

function runnable(file: string, host: Host): CodexLocation {
  if (!isFile(file)) {
    throw new CodexUnusableError(`${file} is not a file. Pass the path of the codex executable itself.`, file);
  }
  if (isExecutable(file, host.platform)) return { executablePath: file, args: [], pathDirs: [] };
  if (script.test(file)) return { executablePath: process.execPath, args: [file], pathDirs: [] };
  const remedy =
    host.platform === "win32"
      ? "Windows can only start .exe files: pass the path of codex.exe, or of a .js launcher."
      : `Make it executable: chmod +x ${JSON.stringify(file)}`;
  throw new CodexUnusableError(`${file} cannot be executed. ${remedy}`, file);
}

/** Electron reads files inside an `.asar` archive, but the system can only start those that were unpacked beside it. */
export function unpackedFromAsar(file: string): string {
  return file.replace(/\.asar(?=[\\/])/g, ".asar.unpacked");
}

function thisHost(): Host {
  const workingDirectory = existingDirectory() ?? process.cwd();
  return {
    platform: process.platform,
    arch: process.arch,
    workingDirectory,
    searchPath: process.env["PATH"] ?? "",
    anchors: [...thisFile(), ...mainFile(), path.join(workingDirectory, "package.json")],
    deployment: thisDeployment(),
  };
}

/** A bundler that produces CommonJS removes `import.meta.url`. Then `__filename` exists. */
function thisFile(): string[] {
  const url: string | undefined = import.meta.url;
  if (url) return [url];
  return typeof __filename === "string" ? [__filename] : [];
}

/** In a bundle that was moved, `import.meta.url` may be a path of the machine that built it. */
function mainFile(): string[] {
  const { executableFolder } = thisDeployment();
  const main = executableFolder === undefined ? process.argv[1] : path.join(executableFolder, "package.json");
  return main === undefined || !path.isAbsolute(main) ? [] : [main];
}

function overrideNotFound(override: string, tried: readonly string[]): CodexNotFoundError {
  const hint = /[\\/]/.test(override) ? "" : " For a file in the working directory, write ./ before its name.";
  return new CodexNotFoundError(
    `codexPathOverride is ${JSON.stringify(override)}, which does not exist or is not accessible.${hint}${list(tried)}`,
    tried,
  );
}

function codexNotFound(host: Host, tried: ReadonlySet<string>): CodexNotFoundError {
  const remedy =
    remedyFor(host.deployment ?? {}, [...tried], executableName(host)) ??
    `Install it with \`npm install ${codexPackage}@${codexVersion}\` (optional dependencies included: ` +
      "`npm install --include=optional`), or set codexPathOverride.";
  return new CodexNotFoundError(
    `No codex executable for ${host.platform}-${host.arch} was found. ${remedy}${list([...tried])}`,
    [...tried],
  );
}

function list(tried: readonly string[]): string {
  return tried.length > 0 ? `\nTried:\n${tried.map((place) => `  ${place}`).join("\n")}` : "";
}
