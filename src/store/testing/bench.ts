// Helpers of the conformance suite.
import assert from "node:assert/strict";
import { createHash, randomUUID } from "node:crypto";
import { CodexError } from "../../index.js";
import type { Claim, CodexErrorCode, FileWrite, ThreadHead, ThreadManifest, ThreadStore } from "../../index.js";

export type MakeThreadStore = () => ThreadStore | Promise<ThreadStore>;

export type Check = (bench: Bench) => Promise<void>;

/** Long enough that it does not end during a case. */
export const longMs = 60_000;
/** Short enough to wait for. */
export const shortMs = 400;

export class Bench {
  readonly #makeStore: MakeThreadStore;
  readonly #stores: ThreadStore[] = [];

  constructor(makeStore: MakeThreadStore) {
    this.#makeStore = makeStore;
  }

  /** Creates a separate adapter, as on another machine. */
  async store(): Promise<ThreadStore> {
    const store = await this.#makeStore();
    this.#stores.push(store);
    await store.check();
    return store;
  }

  async stores(count: number): Promise<ThreadStore[]> {
    return Promise.all(Array.from({ length: count }, () => this.store()));
  }

  async close(): Promise<void> {
    await Promise.all(this.#stores.map(async (store) => store.close?.()));
  }
}

export function newThreadId(): string {
  return randomUUID();
}

export async function claimed(store: ThreadStore, threadId: string, ttlMs = longMs): Promise<Claim> {
  const { claim } = await store.claim(threadId, { owner: `owner-${randomUUID()}`, ttlMs });
  return claim;
}

/** Claims the thread as soon as its current claim ends. */
export async function claimedLater(store: ThreadStore, threadId: string): Promise<Claim> {
  const owner = `owner-${randomUUID()}`;
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return (await store.claim(threadId, { owner, ttlMs: longMs })).claim;
    } catch (error) {
      if (!CodexError.isInstance(error) || error.code !== "thread_busy" || Date.now() > deadline) throw error;
      await delay(Math.min(error.retryAfterMs ?? 50, 200));
    }
  }
}

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Creates a write that continues `before`. */
export function write(file: string, before: Uint8Array, bytes: Uint8Array | string): FileWrite {
  const own = Buffer.from(bytes);
  return { file, at: before.length, bytes: own, sha256: sha256(Buffer.concat([before, own])) };
}

export function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

export const none = new Uint8Array();
export const file = "rollout-2026-01-01T00-00-00-example.jsonl";

export function manifest(over: Partial<ThreadManifest> = {}): ThreadManifest {
  return {
    format: 1,
    currentFile: file,
    ancestors: [],
    subagents: {},
    name: null,
    goal: null,
    git: null,
    archived: false,
    settings: {
      model: "gpt-5.5",
      modelReasoningEffort: null,
      modelProvider: "openai",
      sandboxMode: "read-only",
      workingDirectory: "/repo",
    },
    preview: 'Say it in ünïcödé: 你好, "quotes" and \\',
    source: "vscode",
    threadSource: null,
    forkedFromId: null,
    parentThreadId: null,
    codexVersion: "0.169.0",
    createdAt: 1,
    updatedAt: 2,
    lastUsedAt: null,
    ...over,
  };
}

export async function headOf(store: ThreadStore, threadId: string): Promise<ThreadHead> {
  const head = await store.head(threadId);
  assert.ok(head, `The store does not know thread ${threadId}, which was claimed.`);
  return head;
}

export async function assertRejects(
  work: Promise<unknown>,
  code: CodexErrorCode,
  message: string,
  isRetryable?: boolean,
): Promise<CodexError> {
  const error = await work.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.ok(CodexError.isInstance(error), `${message}: expected an error "${code}", got ${String(error)}`);
  assert.equal(error.code, code, `${message}: ${error.message}`);
  if (isRetryable !== undefined) assert.equal(error.isRetryable, isRetryable, `${message}: isRetryable`);
  return error;
}

export async function assertBytes(store: ThreadStore, threadId: string, expected: Uint8Array): Promise<void> {
  const bytes = await store.read(threadId, file);
  assert.equal(
    sha256(bytes),
    sha256(expected),
    `${bytes.length} bytes read differ from the ${expected.length} written.`,
  );
}
