// Damaged, hostile, slow or unavailable stores: a typed error, no write outside the thread's files, and no lost data.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { StoreError } from "../../../src/index.js";
import type { ClaimedThread, StoredFile, ThreadHead, ThreadStore } from "../../../src/index.js";
import { deferred } from "../../../src/internal/deferred.js";
import { fileStore } from "../../../src/store/index.js";
import { runCommand, say } from "../../../src/testing/index.js";
import { rolloutFiles } from "../../support/rollouts.js";
import { adjustable, machine, sharedDirectory, withShortCalls } from "../../support/stores/stored-threads.js";
import { scriptedModel, temporaryDirectory } from "../../support/workspace.js";

const answers = () => say("Answered.");
const otherId = "01a20222-4e63-7122-a53d-6a8230e28aaa";

type Edit = (head: ThreadHead, file: string) => unknown;

const withManifest =
  (change: (manifest: Record<string, unknown>, file: string) => Record<string, unknown>): Edit =>
  (head, file) => ({ ...head, manifest: { ...head.manifest, ...change({ ...head.manifest }, file) } });

const withFile =
  (change: Partial<StoredFile>): Edit =>
  (head, file) => ({ ...head, files: { [file]: { ...head.files[file], ...change } } });

const heads: Record<string, Edit> = {
  "no head": () => null,
  "the head of another thread": (head) => ({ ...head, threadId: otherId }),
  "an epoch as text": (head) => ({ ...head, epoch: "1" }),
  "a negative version": (head) => ({ ...head, version: -1 }),
  "files as a list": (head) => ({ ...head, files: [] }),
  "a file outside of the sessions": (head, file) => ({
    ...head,
    files: { ...head.files, "../../../evil.jsonl": head.files[file] },
  }),
  "a file with a path in its name": (head, file) => ({
    ...head,
    files: { "rollout-/../../x.jsonl": head.files[file] },
  }),
  "a size that is not a number": withFile({ size: "many" as never }),
  "a size beyond every file": withFile({ size: Number.MAX_SAFE_INTEGER }),
  "another hash": withFile({ sha256: "0".repeat(64) }),
  "a file that was cut off": withFile({ size: 100 }),
  "a manifest of a newer version": withManifest(() => ({ format: 2 })),
  "a current file elsewhere": withManifest(() => ({ currentFile: "../../auth.json" })),
  "an ancestor elsewhere": withManifest(() => ({ ancestors: ["../../x"] })),
  "itself as an ancestor": (head) => ({ ...head, manifest: { ...head.manifest, ancestors: [head.threadId] } }),
  "an agent's file elsewhere": withManifest(() => ({ subagents: { [otherId]: "/etc/passwd" } })),
  "settings as text": withManifest(() => ({ settings: "danger-full-access" })),
};

const reads: Record<string, (bytes: Uint8Array) => unknown> = {
  "text instead of bytes": (bytes) => Buffer.from(bytes).toString(),
  nothing: () => undefined,
  "fewer bytes": (bytes) => bytes.subarray(1),
  "more bytes": (bytes) => Buffer.concat([bytes, Buffer.from("x")]),
  "other bytes": (bytes) => Buffer.from(Buffer.from(bytes).toString().replace("Answered.", "Attacked.")),
};

test("damaged or hostile content is a StoreError, before anything is sent or written", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const options = model.threadOptions({ workingDirectory: temporaryDirectory() });
  const one = machine(model, open());
  const thread = one.codex.startThread(options);
  await thread.run("one");
  const id = thread.id ?? "";
  await one.codex.close();
  const file = (await open().head(id))?.manifest?.currentFile ?? "";

  const store = adjustable(open());
  const victim = machine(model, store);
  // A thread of this CODEX_HOME that stores must not change.
  const sessions = path.join(victim.codexHome, "sessions", "2026", "01", "01");
  mkdirSync(sessions, { recursive: true });
  const own = path.join(sessions, `rollout-2026-01-01T00-00-00-${otherId}.jsonl`);
  writeFileSync(own, "mine\n");
  const refused = async (what: string, methods: Partial<ThreadStore>) => {
    store.replace(methods);
    const error = await victim.codex
      .resumeThread(id, options)
      .run("never")
      .catch((reason: unknown) => reason);
    expect(error, what).toMatchObject({ code: "store", isRetryable: false });
    store.replace({});
  };
  for (const [what, edit] of Object.entries(heads)) {
    await refused(what, {
      claim: async (...args) => {
        const { claim, head } = await open().claim(...args);
        return { claim, head: edit(head, file) } as ClaimedThread;
      },
    });
  }
  for (const [what, edit] of Object.entries(reads)) {
    await refused(what, { read: async (...args) => edit(await open().read(...args)) as Uint8Array });
  }
  expect(model.requests).toHaveLength(1);
  expect(existsSync(path.join(victim.codexHome, "evil.jsonl"))).toBe(false);
  expect(rolloutFiles(victim.codexHome)).toEqual([own]);

  // An agent's file that has the name of another thread does not replace it.
  const agent = path.basename(own);
  store.replace({
    claim: async (...args) => {
      const { claim, head } = await open().claim(...args);
      const stolen = { size: 5, sha256: "0".repeat(64) };
      const manifest = head.manifest && { ...head.manifest, subagents: { [otherId]: agent } };
      return { claim, head: { ...head, files: { ...head.files, [agent]: stolen }, manifest } };
    },
  });
  await victim.codex.resumeThread(id, options).run("two");
  expect(readFileSync(own, "utf8")).toBe("mine\n");
  expect(model.requests.at(-1)?.userTexts.slice(-2)).toEqual(["one", "two"]);

  // A list includes the threads that are not damaged.
  store.replace({
    list: async (query) => {
      const { threads, next } = await open().list(query);
      return { threads: [null, { threadId: "../x" }, ...threads] as ThreadHead[], next };
    },
  });
  expect((await victim.codex.listThreads().toArray()).map((each) => each.id)).toEqual([id]);
  store.replace({ list: (query) => Promise.resolve({ threads: [], next: query?.after === id ? otherId : id }) });
  await expect(victim.codex.listThreads().toArray()).rejects.toMatchObject({ code: "store" });
  store.replace({ list: () => Promise.resolve("garbage" as never) });
  await expect(victim.codex.listThreads().toArray()).rejects.toMatchObject({ code: "store" });
});

test("wrong bytes in a store do not overwrite the right bytes in CODEX_HOME", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const store = adjustable(open());
  const { codex, codexHome } = machine(model, store);
  const thread = codex.startThread(model.threadOptions());
  await thread.run("one");
  await thread.release();
  const [file = ""] = rolloutFiles(codexHome);
  const before = readFileSync(file);
  store.replace({
    claim: async (...args) => {
      const { claim, head } = await open().claim(...args);
      const files = Object.entries(head.files).map(([name, { size }]) => [name, { size, sha256: "0".repeat(64) }]);
      return { claim, head: { ...head, files: Object.fromEntries(files) as ThreadHead["files"] } };
    },
  });
  await expect(thread.run("never")).rejects.toMatchObject({ code: "store", isRetryable: false });
  expect(readFileSync(file).equals(before)).toBe(true);
  store.replace({});
  await thread.run("two");
  expect(model.requests.at(-1)?.userTexts.slice(-2)).toEqual(["one", "two"]);
});

test("a stored record that claims write access does not grant it", async () => {
  const directory = temporaryDirectory();
  const model = await scriptedModel((request) =>
    request.lastUserText === "write" && request.functionOutputs.length === 0
      ? runCommand("touch written", { login: false })
      : say("Answered."),
  );
  const { open } = sharedDirectory();
  const one = machine(model, open());
  const thread = one.codex.startThread(model.threadOptions({ workingDirectory: directory }));
  await thread.run("one");
  const id = thread.id ?? "";
  await one.codex.close();
  const head = await open().head(id);
  const file = head?.manifest?.currentFile ?? "";
  const bytes = Buffer.from(await open().read(id, file));
  const edited = Buffer.from(bytes.toString().replaceAll(/"type":"read-only"/g, '"type":"danger-full-access"'));
  expect(edited.equals(bytes)).toBe(false);

  const forged = fileStore(temporaryDirectory("codex-sdk-store-"));
  const { claim } = await forged.claim(id, { owner: "attacker", ttlMs: 60_000 });
  const { createHash } = await import("node:crypto");
  const sha256 = createHash("sha256").update(edited).digest("hex");
  const manifest = head?.manifest && {
    ...head.manifest,
    settings: { ...head.manifest.settings, sandboxMode: "danger-full-access" },
  };
  await forged.append(claim, {
    version: 1,
    writes: [{ file, at: 0, bytes: edited, sha256 }],
    ...(manifest && { manifest }),
  });
  await forged.release(claim);
  const other = machine(model, forged);
  const resumed = other.codex.resumeThread(id, { skipGitRepoCheck: true, workingDirectory: directory });
  await resumed.run("write");
  expect(model.requests.at(-1)?.functionOutputs).toHaveLength(1);
  expect(existsSync(path.join(directory, "written"))).toBe(false);
});

const phases = ["check", "claim", "renew", "append"] as const;

test.each(phases)("a store that fails at %s, hangs there, or is closed there", async (phase) => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  for (const storeFailure of ["fail", "continue"] as const) {
    const store = adjustable(withShortCalls(open()));
    const { codex } = machine(model, store, { storeFailure });
    const thread = codex.startThread(model.threadOptions());
    if (phase !== "check" && phase !== "claim") await thread.run("one");
    const sent = model.requests.length;
    store.replace({ [phase]: () => Promise.reject(new StoreError("No route to the store.")) });
    const turn = thread.run("two");
    if (phase === "append" && storeFailure === "continue") await turn;
    else await expect(turn).rejects.toMatchObject({ code: "store", isRetryable: true });
    if (phase !== "append") expect(model.requests).toHaveLength(sent);

    store.replace({});
    await thread.run("three");
    const texts = model.requests.at(-1)?.userTexts.filter((text) => ["one", "two", "three"].includes(text));
    expect(texts?.at(-1)).toBe("three");
    expect(Buffer.from(await contentOf(open(), thread.id)).toString()).toContain('"text":"three"');

    const asked = deferred<void>();
    store.replace({
      [phase]: () => {
        asked.resolve();
        return new Promise<never>(() => undefined);
      },
    });
    const next = phase === "check" || phase === "claim" ? codex.startThread(model.threadOptions()) : thread;
    const closed = next.run("four").catch((error: unknown) => error);
    await asked.promise;
    await codex.close();
    expect(await closed).toMatchObject({ code: expect.stringMatching(/^(?:closed|store)$/) });
  }
});

test("a thread that another Codex of the same program and store holds is not run, renamed or deleted", async () => {
  const model = await scriptedModel(answers);
  const { open } = sharedDirectory();
  const store = open();
  const [one, other] = [machine(model, store), machine(model, store)];
  const thread = one.codex.startThread(model.threadOptions());
  await thread.run("one");
  const elsewhere = other.codex.resumeThread(thread.id ?? "", model.threadOptions());
  const works = [
    () => elsewhere.run("no"),
    () => elsewhere.rename("no"),
    () => elsewhere.archive(),
    () => elsewhere.delete(),
  ];
  for (const work of works) await expect(work()).rejects.toMatchObject({ code: "thread_busy", isRetryable: true });
  await thread.run("two");
  expect(model.requests.at(-1)?.userTexts.slice(-2)).toEqual(["one", "two"]);
});

async function contentOf(store: ThreadStore, threadId: string | null): Promise<Uint8Array> {
  const head = await store.head(threadId ?? "");
  return store.read(threadId ?? "", head?.manifest?.currentFile ?? "");
}
