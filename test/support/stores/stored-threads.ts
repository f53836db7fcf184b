// Machines that share a store of threads: each is a Codex with its own CODEX_HOME.
import type { Claim, Codex, CodexOptions, ThreadStore } from "../../../src/index.js";
import { fileStore } from "../../../src/store/index.js";
import type { FileStoreOptions } from "../../../src/store/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { codexOn, temporaryDirectory } from "../workspace.js";

export interface Machine {
  codex: Codex;
  codexHome: string;
}

/** Closed when the test ends. */
export function machine(model: ScriptedModel, store: ThreadStore, options: CodexOptions = {}): Machine {
  const codexHome = options.codexHome ?? temporaryDirectory("codex-sdk-home-", "/var/tmp");
  return { codex: codexOn(model, { ...options, store, codexHome }), codexHome };
}

/** Adapters on one directory, a new one with each call. */
export function sharedDirectory(options: FileStoreOptions = {}): { directory: string; open: () => ThreadStore } {
  const directory = temporaryDirectory("codex-sdk-store-");
  return { directory, open: () => fileStore(directory, options) };
}

/** A store with single methods that can be replaced while a test runs. */
export function adjustable(inner: ThreadStore): ThreadStore & { replace(methods: Partial<ThreadStore>): void } {
  let own: Partial<ThreadStore> = {};
  const pick = <Name extends keyof ThreadStore>(name: Name): ThreadStore[Name] => own[name] ?? inner[name];
  return {
    leaseMs: inner.leaseMs,
    replace: (methods) => {
      own = methods;
    },
    check: () => pick("check").call(inner),
    claim: (...args) => pick("claim").call(inner, ...args),
    renew: (...args) => pick("renew").call(inner, ...args),
    release: (...args) => pick("release").call(inner, ...args),
    append: (...args) => pick("append").call(inner, ...args),
    read: (...args) => pick("read").call(inner, ...args),
    head: (...args) => pick("head").call(inner, ...args),
    mark: (...args) => pick("mark").call(inner, ...args),
    list: (...args) => pick("list").call(inner, ...args),
    delete: (...args) => pick("delete").call(inner, ...args),
  };
}

/** How long a call of `withShortCalls` may take. */
export const shortCallMs = 400;

/** Calls with short limits, and claims that a busy machine does not lose. */
export function withShortCalls(inner: ThreadStore): ThreadStore {
  const leaseMs = 3 * shortCallMs;
  const long = (claim: Claim) => ({ ...claim, ttlMs: inner.leaseMs });
  return {
    ...adjustable(inner),
    leaseMs,
    claim: async (threadId, options) => {
      const { claim, head } = await inner.claim(threadId, { ...options, ttlMs: inner.leaseMs });
      return { claim: { ...claim, ttlMs: leaseMs }, head };
    },
    renew: (claim) => inner.renew(long(claim)),
    append: (claim, append) => inner.append(long(claim), append),
  };
}
