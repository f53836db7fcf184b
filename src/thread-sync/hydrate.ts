// Updates the local files of a thread from the store.
import { createHash, randomUUID } from "node:crypto";
import { createReadStream, createWriteStream } from "node:fs";
import { appendFile, mkdir, rename, rm, stat, writeFile } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";
import { StoreError, ThreadNotFoundError } from "../errors/errors.js";
import type { ThreadHead } from "../thread-store/thread-head.js";
import type { ThreadStore } from "../thread-store/thread-store.js";
import { isRolloutOf, localRollouts, pathForRollout, stateFolder } from "./local-files.js";
import { callStore } from "./store-call.js";
import type { CallLimits } from "./store-call.js";
import { readPieces } from "./tailed-file.js";

/** The CODEX_HOME whose Codex will use the files. */
export interface LocalHome {
  readonly codexHome: string;
  /** The file with which Codex would continue the thread; undefined if it does not know the thread. */
  currentFile(threadId: string): Promise<string | undefined>;
  /** Makes Codex delete its data of a thread, including files. Does nothing for an unknown thread. */
  deleteThread(threadId: string): Promise<void>;
}

export interface Hydration {
  store: ThreadStore;
  home: LocalHome;
  limits: CallLimits;
  /** Whether the last claim wrote the local bytes that the store does not contain yet. */
  isLastWriter: boolean;
}

const pieceBytes = 4 * 1024 * 1024;

/**
 * Fetches missing bytes and verifies existing files by their hash. Files that differ are fetched again.
 * @returns the local paths by file name, including files that exist only locally.
 */
export async function hydrate(head: ThreadHead, hydration: Hydration): Promise<Map<string, string>> {
  const { home } = hydration;
  const { threadId } = head;
  const local = await localRollouts(home.codexHome, threadId);
  const wasKnown = local.size > 0;
  const isUsable = await continuesStore(head, local, hydration.isLastWriter);
  if (isUsable && (await fetchMissing(head, local, hydration)) && (await isCurrent(head, hydration, wasKnown))) {
    return local;
  }
  return replaceLocal(head, hydration);
}

/** Local files are replaced only after all new files were verified. */
async function replaceLocal(head: ThreadHead, hydration: Hydration): Promise<Map<string, string>> {
  const { home } = hydration;
  const { threadId } = head;
  const folder = path.join(home.codexHome, stateFolder, `${threadId}.${randomUUID()}`);
  try {
    const names = Object.keys(head.files).filter((name) => isRolloutOf(name, threadId));
    for (const name of names) {
      if (await fetchFile(head, path.join(folder, name), hydration)) continue;
      throw new StoreError(
        `Thread ${threadId} is damaged in the store: the bytes of ${name} do not match their SHA-256. Restore them from a backup.`,
        { isRetryable: false },
      );
    }
    await home.deleteThread(threadId);
    for (const file of (await localRollouts(home.codexHome, threadId)).values()) await rm(file, { force: true });
    const local = new Map<string, string>();
    for (const name of names) {
      const file = pathForRollout(home.codexHome, name);
      await mkdir(path.dirname(file), { recursive: true });
      await rename(path.join(folder, name), file);
      local.set(name, file);
    }
    await fetchAgents(head, local, hydration);
    return local;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Codex may refer to a file that a revert on another machine has replaced. If it does not report its file and there are
 * several revisions, its data is deleted.
 */
async function isCurrent(
  { threadId, manifest, files }: ThreadHead,
  { home, isLastWriter }: Hydration,
  wasKnown: boolean,
): Promise<boolean> {
  const current = manifest?.currentFile ?? null;
  if (current === null || isLastWriter) return true;
  const found = await home.currentFile(threadId);
  if (found !== undefined) return path.basename(found) === current;
  return !wasKnown || Object.keys(files).filter((name) => name.includes(threadId)).length <= 1;
}

/**
 * Whether the local files are a prefix of the stored ones, so that only the rest must be fetched; or with
 * `isLastWriter`, whether they continue them.
 */
async function continuesStore(
  head: ThreadHead,
  local: ReadonlyMap<string, string>,
  isLastWriter: boolean,
): Promise<boolean> {
  for (const [name, file] of local) {
    const stored = head.files[name];
    if (file.includes(`${path.sep}archived_sessions${path.sep}`)) return false;
    if (!stored) {
      if (isLastWriter) continue;
      return false;
    }
    const { size } = await stat(file);
    if (size > stored.size && !isLastWriter) return false;
    // A shorter file is verified together with the fetched bytes.
    if (size >= stored.size && (await hashOf(file, stored.size)) !== stored.sha256) return false;
  }
  return true;
}

/** @returns false if the local bytes do not match the fetched ones, or these are damaged. */
async function fetchMissing(head: ThreadHead, local: Map<string, string>, hydration: Hydration): Promise<boolean> {
  for (const name of Object.keys(head.files)) {
    if (!isRolloutOf(name, head.threadId)) continue;
    const file = local.get(name) ?? pathForRollout(hydration.home.codexHome, name);
    if (!(await fetchFile(head, file, hydration))) return false;
    local.set(name, file);
  }
  await fetchAgents(head, local, hydration);
  return true;
}

/** The thread continues without the file of a sub-agent if it differs or is damaged. */
async function fetchAgents(head: ThreadHead, local: Map<string, string>, hydration: Hydration): Promise<void> {
  for (const name of Object.values(head.manifest?.subagents ?? {})) {
    const stored = head.files[name];
    if (!stored || isRolloutOf(name, head.threadId)) continue;
    const file = pathForRollout(hydration.home.codexHome, name);
    const isSame = (await sizeOf(file)) < stored.size || (await hashOf(file, stored.size)) === stored.sha256;
    if (isSame && (await fetchFile(head, file, hydration))) local.set(name, file);
  }
}

/** Fetches the bytes after the local ones. They are added to the file only after its hash was verified. */
async function fetchFile(head: ThreadHead, file: string, { store, limits }: Hydration): Promise<boolean> {
  const { threadId } = head;
  const name = path.basename(file);
  const stored = head.files[name];
  const before = await sizeOf(file);
  if (!stored || before >= stored.size) return true;
  await mkdir(path.dirname(file), { recursive: true });
  const hash = createHash("sha256");
  if (before > 0) await readPieces(file, { start: 0, end: before }, (piece) => hash.update(piece));
  // Codex does not treat this file as a thread.
  const part = `${file}.${randomUUID()}.part`;
  try {
    await writeFile(part, "", { flag: "wx", mode: 0o600 });
    for (let at = before; at < stored.size;) {
      const range = { start: at, end: Math.min(at + pieceBytes, stored.size) };
      const piece = await callStore("read", () => store.read(threadId, name, range), limits);
      if (piece.length !== range.end - at) return false;
      hash.update(piece);
      await appendFile(part, piece);
      at += piece.length;
    }
    if (hash.digest("hex") !== stored.sha256) return false;
    if (before === 0) await rename(part, file);
    else await pipeline(createReadStream(part), createWriteStream(file, { flags: "a" }));
    return true;
  } finally {
    await rm(part, { force: true });
  }
}

/** The threads that `head` requires, the oldest first. @throws ThreadNotFoundError if one is not in the store. */
export async function hydrateAncestors(
  head: ThreadHead,
  hydration: Omit<Hydration, "isLastWriter">,
  isOpen: (threadId: string) => boolean,
): Promise<void> {
  for (const ancestor of head.manifest?.ancestors ?? []) {
    if (isOpen(ancestor)) continue;
    const found = await callStore("head", () => hydration.store.head(ancestor), hydration.limits);
    if (!found?.manifest) {
      throw new ThreadNotFoundError(
        `Thread ${head.threadId} requires the history of thread ${ancestor}, which is not in the store.`,
      );
    }
    // Codex reads only the beginning of an ancestor, so additional local bytes have no effect.
    if (!(await continues(found, hydration.home.codexHome)))
      await hydrate(found, { ...hydration, isLastWriter: false });
  }
}

/** Whether the local files begin with all stored bytes. */
async function continues(head: ThreadHead, codexHome: string): Promise<boolean> {
  const local = await localRollouts(codexHome, head.threadId);
  for (const [name, { size, sha256 }] of Object.entries(head.files)) {
    const file = local.get(name);
    if (file === undefined || (await sizeOf(file)) < size || (await hashOf(file, size)) !== sha256) return false;
  }
  return true;
}

async function hashOf(file: string, size: number): Promise<string> {
  const hash = createHash("sha256");
  await readPieces(file, { start: 0, end: size }, (piece) => hash.update(piece));
  return hash.digest("hex");
}

async function sizeOf(file: string): Promise<number> {
  return stat(file).then(
    ({ size }) => size,
    () => 0,
  );
}
