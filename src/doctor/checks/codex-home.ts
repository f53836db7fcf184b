// Whether Codex can write to CODEX_HOME, its contents, and the free disk space.
import { constants } from "node:fs";
import type { Dirent } from "node:fs";
import { access, readdir, stat, statfs } from "node:fs/promises";
import path from "node:path";
import { codexHomePath } from "../../process/locate/codex-home.js";
import type { DoctorContext } from "../context.js";
import { failure, ok, warning } from "../report.js";
import type { Finding } from "../report.js";

const minFreeBytes = 512 * 1024 * 1024;
/** Counting stops here, so that the check stays fast. */
const mostFiles = 200_000;

export async function checkCodexHome({ options, env }: DoctorContext): Promise<Finding> {
  const home = codexHomePath({ codexHome: options.codexHome, env: definedOnly(env) });
  const existing = await nearestExisting(home);
  if (!(await isDirectory(existing))) {
    return failure(`${existing} is not a directory.`, "Move the file away, or set `codexHome` to another directory.");
  }
  const isWritable = await access(existing, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
  if (!isWritable) {
    return failure(`${existing} is not writable.`, "Correct its permissions, or set `codexHome` to another directory.");
  }
  const { bavail, bsize } = await statfs(existing);
  const freeBytes = bavail * bsize;
  const { threads, databaseBytes } = existing === home ? await contents(home) : { threads: 0, databaseBytes: 0 };
  const detail =
    existing === home
      ? `${home}: ${threads} threads, databases of ${size(databaseBytes)}, ${size(freeBytes)} free`
      : `${home} does not exist yet, and is created by the first turn; ${size(freeBytes)} free`;
  if (freeBytes < minFreeBytes) return warning(detail, "Free some disk space: Codex saves threads on this disk.");
  const exposed = await readableByOthers(path.join(home, "auth.json"));
  if (exposed)
    return warning(`${detail}. Other users can read auth.json.`, `chmod 600 ${path.join(home, "auth.json")}`);
  return ok(detail);
}

async function nearestExisting(place: string): Promise<string> {
  for (let current = place; ; current = path.dirname(current)) {
    const found = await stat(current).catch(() => undefined);
    if (found !== undefined || path.dirname(current) === current) return current;
  }
}

async function isDirectory(place: string): Promise<boolean> {
  return (await stat(place)).isDirectory();
}

async function contents(home: string): Promise<{ threads: number; databaseBytes: number }> {
  const files = await list(home, false);
  const databases = files.filter(({ name }) => /\.sqlite(-wal|-shm)?$/.test(name));
  const sizes = await Promise.all(databases.map((file) => sizeOf(path.join(file.parentPath, file.name))));
  const rollouts = await Promise.all(
    ["sessions", "archived_sessions"].map((folder) => list(path.join(home, folder), true)),
  );
  const threads = rollouts.flat().filter(({ name }) => /^rollout-.*\.jsonl(\.zst)?$/.test(name)).length;
  return { threads, databaseBytes: sizes.reduce((sum, bytes) => sum + bytes, 0) };
}

async function list(folder: string, recursive: boolean): Promise<Dirent[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive }).catch(() => []);
  return entries.slice(0, mostFiles).filter((entry) => entry.isFile());
}

async function sizeOf(file: string): Promise<number> {
  return (await stat(file).catch(() => undefined))?.size ?? 0;
}

async function readableByOthers(file: string): Promise<boolean> {
  if (process.platform === "win32") return false;
  const found = await stat(file).catch(() => undefined);
  return found !== undefined && (found.mode & 0o077) !== 0;
}

function size(bytes: number): string {
  if (bytes < 1024 * 1024) return `${Math.round(bytes / 1024)} KB`;
  if (bytes < 10 * 1024 ** 3) return `${Math.round(bytes / 1024 ** 2)} MB`;
  return `${Math.round(bytes / 1024 ** 3)} GB`;
}

function definedOnly(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
