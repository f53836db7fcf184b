// Renaming, archiving and deleting threads: their effects, and when they are rejected.
import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { Codex } from "../../../src/index.js";
import type { CodexError, CodexNotification, Thread } from "../../../src/index.js";
import { say, silence } from "../../../src/testing/index.js";
import { startHost } from "../../support/host-program.js";
import { rolloutFiles } from "../../support/rollouts.js";
import { codexOn, repository, scriptedModel } from "../../support/workspace.js";

const unknownId = "01a20222-4e63-7122-a53d-6a8230e28aaa";

async function savedThread() {
  const model = await scriptedModel((request) =>
    request.lastUserText === "slow" ? silence({ text: "Half" }) : say(`after ${request.lastUserText}`),
  );
  const codex = codexOn(model);
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository() }));
  await thread.run("one");
  return { model, codex, thread, id: thread.id ?? "" };
}

test("a name is recorded, and its thread continues under it", async () => {
  const { codex, thread, id } = await savedThread();
  const renamed: CodexNotification[] = [];
  codex.on("thread.renamed", (notification) => renamed.push(notification));
  await thread.rename("  Fix the build ");
  expect((await codex.readThread(id)).name).toBe("Fix the build");
  await codex.resumeThread(id).rename("Fix the tests");
  expect((await codex.readThread(id)).name).toBe("Fix the tests");
  expect((await thread.run("two")).finalResponse).toBe("after two");
  expect(renamed).toMatchObject([{ name: "Fix the build" }, { name: "Fix the tests" }]);
  for (const name of ["", "  ", 7]) {
    await expect(thread.rename(name as string)).rejects.toMatchObject({ code: "invalid_input" });
  }
});

test("an archived thread is hidden until it is restored", async () => {
  const { codex, thread, id } = await savedThread();
  await thread.archive();
  await thread.archive();
  expect(await codex.listThreads().toArray()).toEqual([]);
  expect(await codex.listThreads({ archived: true }).toArray()).toMatchObject([{ id, archived: true }]);
  expect(await codex.readThread(id)).toMatchObject({ archived: true, turns: [{ finalResponse: "after one" }] });
  expect((await thread.history()).length).toBe(1);

  const archived = { code: "thread_archived", message: expect.stringContaining("unarchive()") };
  await expect(thread.run("two")).rejects.toMatchObject(archived);
  await expect(codex.resumeThread(id).run("two")).rejects.toMatchObject(archived);
  await expect(thread.rename("x")).rejects.toMatchObject(archived);
  await expect(thread.fork()).rejects.toMatchObject(archived);
  await expect(thread.compact()).rejects.toMatchObject(archived);

  await thread.unarchive();
  await thread.unarchive();
  expect(await codex.listThreads().toArray()).toMatchObject([{ id, archived: false }]);
  expect((await thread.run("two")).finalResponse).toBe("after two");
  expect((await thread.history()).length).toBe(2);
});

test("a deleted thread is removed, also from the disk", async () => {
  const { model, codex, thread, id } = await savedThread();
  await thread.delete();
  expect(rolloutFiles(model.codexHome)).toEqual([]);
  expect(await codex.listThreads({ rescan: true }).toArray()).toEqual([]);
  const gone = { code: "thread_not_found", message: expect.stringContaining(id) };
  await expect(thread.run("two")).rejects.toMatchObject(gone);
  await expect(thread.history()).rejects.toMatchObject(gone);
  await expect(thread.rename("x")).rejects.toMatchObject(gone);
  await expect(thread.archive()).rejects.toMatchObject(gone);
  await expect(thread.unarchive()).rejects.toMatchObject(gone);
  await expect(thread.fork()).rejects.toMatchObject(gone);
  await expect(thread.delete()).rejects.toMatchObject(gone);
  await expect(codex.resumeThread(id).run("two")).rejects.toMatchObject(gone);
});

test("a thread that is read while it is deleted is complete or missing", async () => {
  const { codex, thread, id } = await savedThread();
  const read = () =>
    codex.readThread(id).then(
      ({ turns }) => `${turns.length} turn`,
      (error: unknown) => (error as CodexError).code as string,
    );
  const reads = Array.from({ length: 8 }, read);
  await thread.delete();
  const seen = new Set(await Promise.all(reads));
  seen.delete("1 turn");
  seen.delete("thread_not_found");
  expect([...seen]).toEqual([]);
});

test("an archived thread can be deleted", async () => {
  const { model, thread } = await savedThread();
  await thread.archive();
  await thread.delete();
  expect(rolloutFiles(model.codexHome)).toEqual([]);
});

test("a thread with a running or queued turn can neither be deleted nor archived, and its turn is not interrupted", async () => {
  const { model, codex, thread, id } = await savedThread();
  const other = codex.resumeThread(id);
  const busy = { code: "thread_busy", isRetryable: true };
  const refused = async (which: Thread) => {
    await expect(which.delete()).rejects.toMatchObject(busy);
    await expect(which.archive()).rejects.toMatchObject(busy);
  };
  const running = await thread.runStreamed("slow");
  await refused(thread);
  for await (const event of running) {
    if (event.type !== "item.updated") continue;
    await refused(thread);
    await refused(other);
    expect(rolloutFiles(model.codexHome).length).toBe(1);
    break;
  }
  await thread.delete();
  expect(rolloutFiles(model.codexHome)).toEqual([]);
});

test("a thread that forks read from is kept until the forks are deleted", async () => {
  const { model, thread } = await savedThread();
  const fork = await thread.fork();
  await expect(thread.delete()).rejects.toMatchObject({ code: "thread_in_use" });
  await thread.archive();
  expect((await fork.run("two")).finalResponse).toBe("after two");
  await fork.delete();
  await thread.delete();
  expect(rolloutFiles(model.codexHome)).toEqual([]);
});

test("a thread that another process has open is busy", async () => {
  const { model, id } = await savedThread();
  const elsewhere = codexOn(model);
  await expect(elsewhere.resumeThread(id).delete()).rejects.toMatchObject({ code: "thread_busy" });
  await expect(elsewhere.resumeThread(id).archive()).rejects.toMatchObject({ code: "thread_busy" });
  await elsewhere.resumeThread(id).rename("renamed elsewhere");
  expect(await elsewhere.listThreads().toArray()).toMatchObject([{ name: "renamed elsewhere" }]);
});

test("unknown threads, and threads without a turn, are rejected", async () => {
  const { codex } = await savedThread();
  const unknown = codex.resumeThread(unknownId);
  const fresh = codex.startThread({ skipGitRepoCheck: true });
  for (const method of ["archive", "unarchive", "delete", "history", "compact", "fork"] as const) {
    await expect(unknown[method]()).rejects.toMatchObject({ code: "thread_not_found" });
    await expect(fresh[method]()).rejects.toMatchObject({ code: "invalid_input" });
  }
  await expect(unknown.rename("x")).rejects.toMatchObject({ code: "thread_not_found" });
  await expect(fresh.rename("x")).rejects.toMatchObject({ code: "invalid_input" });
});

test("an ephemeral thread leaves nothing on disk, and cannot be managed", async () => {
  const { model, codex, id } = await savedThread();
  const thread = codex.startThread(model.threadOptions({ workingDirectory: repository(), ephemeral: true }));
  expect((await thread.run("one")).finalResponse).toBe("after one");
  expect((await thread.run("two")).finalResponse).toBe("after two");
  expect(model.requests.at(-1)?.userTexts).toContain("one");
  expect(rolloutFiles(model.codexHome).filter((file) => !file.includes(id))).toEqual([]);
  expect((await codex.listThreads({ rescan: true }).toArray()).map((record) => record.id)).toEqual([id]);
  const unsupported = { code: "unsupported", message: expect.stringContaining("ephemeral") };
  await expect(thread.history()).rejects.toMatchObject(unsupported);
  await expect(thread.rename("x")).rejects.toMatchObject(unsupported);
  await expect(thread.archive()).rejects.toMatchObject(unsupported);
  await expect(thread.delete()).rejects.toMatchObject(unsupported);
  await codex.close();
  expect(existsSync(model.codexHome)).toBe(true);
  const later = codexOn(model);
  await expect(later.resumeThread(thread.id ?? "").run("three")).rejects.toMatchObject({ code: "thread_not_found" });
});

test("management starts Codex when needed, and again after it has died", async () => {
  const { model, codex, id } = await savedThread();
  await codex.close();
  await expect(codex.listThreads().toArray()).rejects.toMatchObject({ code: "closed" });
  const fresh = new Codex(model.codexOptions());
  try {
    expect((await fresh.listThreads().toArray()).length).toBe(1);
    const pid = await processId(fresh);
    process.kill(pid, "SIGKILL");
    await expect.poll(async () => (await fresh.listThreads().toArray()).length).toBe(1);
    expect(await processId(fresh)).not.toBe(pid);
    await fresh.resumeThread(id).rename("after the crash");
    expect((await fresh.readThread(id)).name).toBe("after the crash");
  } finally {
    await fresh.close();
  }
});

test("a program that only lists and listens exits on its own", async () => {
  const { model } = await savedThread();
  const host = await startHost(`
    const codex = new Codex(${JSON.stringify(model.codexOptions())});
    codex.on("thread.renamed", ({ name }) => console.log("renamed", name));
    for await (const thread of codex.listThreads()) {
      await codex.resumeThread(thread.id).rename("listed");
      console.log(thread.preview, (await codex.readThread(thread.id)).turns.length);
    }
  `);
  const { exitCode, output } = await host.ended;
  expect(output).toContain("one 1\n");
  expect(output).toContain("renamed listed\n");
  expect(exitCode).toBe(0);
});

/** Codex reports its own process ID. */
async function processId(codex: Codex): Promise<number> {
  return (await codex.request("server/diagnostics", {})).process.id;
}
