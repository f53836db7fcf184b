// Packs this package and installs it into an empty folder with npm, without the network and without a second Codex.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

/** A new folder that contains the programs of `consumer/` and, in node_modules, codex-sdk with its dependencies. */
export function installPacked(): string {
  const folder = realpathSync(mkdtempSync(path.join(tmpdir(), "codex-sdk-consumer-")));
  cpSync(path.join(root, "test/package/consumer"), folder, { recursive: true });
  const tarball = process.env["PACKED_TARBALL"] ?? pack(folder);
  const manifest = {
    private: true,
    type: "module",
    dependencies: { "codex-sdk": `file:${tarball}` },
    overrides: linksToOurs(),
  };
  writeFileSync(path.join(folder, "package.json"), JSON.stringify(manifest, null, 2));
  npm(folder, "install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock");
  return folder;
}

/** npm links `file:` folders: only the declared dependencies are installed, and nothing is downloaded. */
function linksToOurs(): Record<string, string> {
  const { dependencies } = readManifest(root);
  const names = Object.keys(dependencies);
  return Object.fromEntries(names.map((name) => [name, `file:${path.join(root, "node_modules", name)}`]));
}

function pack(folder: string): string {
  const packed = npm(root, "pack", "--pack-destination", folder, "--json", "--foreground-scripts=false");
  const [{ filename }] = JSON.parse(packed.slice(packed.indexOf("[\n")));
  return path.join(folder, filename);
}

export interface Manifest {
  version: string;
  dependencies: Record<string, string>;
}

export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
}

function npm(cwd: string, ...args: string[]): string {
  const cli = process.env["npm_execpath"];
  const [command, first] = cli ? [process.execPath, [cli]] : ["npm", []];
  return execFileSync(command, [...first, ...args, "--silent"], { cwd, encoding: "utf8" });
}

/** Runs Node in `cwd` and returns its stdout. Throws with stdout and stderr when it fails. */
export function node(cwd: string, ...args: string[]): string {
  try {
    return execFileSync(process.execPath, args, { cwd, encoding: "utf8", stdio: "pipe", timeout: 60_000 });
  } catch (error) {
    if (!(error instanceof Error) || !("stdout" in error) || !("stderr" in error)) throw error;
    throw new Error(`${error.message}\n${String(error.stdout)}${String(error.stderr)}`, { cause: error });
  }
}
