// Several CODEX_HOMEs in one program are isolated, and one CODEX_HOME serves the Codex processes of two programs.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { say } from "../../../src/testing/index.js";
import type { ScriptedModel } from "../../../src/testing/index.js";
import { usualCodexOn, scriptedModel, temporaryDirectory } from "../../support/workspace.js";

/** Everything that was ever written to a CODEX_HOME, as one text. */
function contentOf(home: string): string {
  return readdirSync(home, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(path.join(entry.parentPath, entry.name), "latin1"))
    .join("\n");
}

function tenantOn(model: ScriptedModel, name: string) {
  const codexHome = path.join(temporaryDirectory(), name);
  mkdirSync(codexHome);
  writeFileSync(path.join(codexHome, "config.toml"), `developer_instructions = "You serve ${name}."\n`);
  const apiKey = `sk-fake-key-of-${name}`;
  return { name, codexHome, apiKey, codex: usualCodexOn(model, { codexHome, apiKey }) };
}

test(
  "tenants that run concurrently have their own instructions, keys, threads and files",
  { timeout: 90_000 },
  async () => {
    const model = await scriptedModel(({ lastUserText }) => say(`re: ${lastUserText}`));
    const tenants = Array.from({ length: 6 }, (_, index) => tenantOn(model, `tenant-${index}-`));
    const waiting = tenants.values();
    // Each Codex needs about 70 MiB, so three run at a time.
    await Promise.all(
      Array.from({ length: 3 }, async () => {
        for (const { name, codex, codexHome } of waiting) {
          const thread = codex.startThread(model.threadOptions());
          const turns = [await thread.run(`hello from ${name}`), await thread.run(`again from ${name}`)];
          expect(turns.map(({ finalResponse }) => finalResponse)).toEqual([
            `re: hello from ${name}`,
            `re: again from ${name}`,
          ]);
          const { threads } = await codex.listThreads().page();
          expect(threads.map(({ id }) => id)).toEqual([thread.id]);
          await codex.close();
          const others = tenants.filter((tenant) => tenant.name !== name);
          const content = contentOf(codexHome);
          expect(content).toContain(name);
          for (const other of others) expect(content).not.toContain(other.name);
        }
      }),
    );
    for (const { lastUserText, headers, body } of model.requests) {
      const [name] = /tenant-\d+-/.exec(lastUserText) ?? [];
      expect(headers["authorization"]).toBe(`Bearer sk-fake-key-of-${name}`);
      const told = new Set(JSON.stringify(body).match(/You serve tenant-\d+-/g));
      expect([...told]).toEqual([`You serve ${name}`]);
    }
    const [first, second] = tenants;
    const foreign = model.requests.find(({ lastUserText }) => lastUserText.includes(first!.name));
    const stranger = usualCodexOn(model, { codexHome: second!.codexHome, apiKey: second!.apiKey });
    const turn = stranger.resumeThread(foreign!.threadId!).run("hi");
    await expect(turn).rejects.toMatchObject({ code: "thread_not_found" });
  },
);

test("two Codex processes on one CODEX_HOME run turns concurrently and continue each other's threads", async () => {
  const model = await scriptedModel(({ lastUserText }) => say(`re: ${lastUserText}`));
  const [one, two] = [usualCodexOn(model), usualCodexOn(model)];
  const threads = [one, two, one, two].map((codex) => codex.startThread(model.threadOptions()));
  const turns = await Promise.all(threads.map((thread, index) => thread.run(`turn ${index}`)));
  expect(turns.map(({ finalResponse }) => finalResponse)).toEqual([0, 1, 2, 3].map((index) => `re: turn ${index}`));
  await one.close();
  const again = two.resumeThread(threads[0]!.id!);
  expect((await again.run("goes on")).finalResponse).toBe("re: goes on");
  expect(JSON.stringify(model.requests.at(-1)!.input)).toContain("re: turn 0");
  const listed = await two.listThreads().page();
  expect(new Set(listed.threads.map(({ id }) => id))).toEqual(new Set(threads.map(({ id }) => id)));
});

test("a thread that another Codex has open is busy, and continues here once it is closed there", async () => {
  const model = await scriptedModel(({ lastUserText }) => say(`re: ${lastUserText}`));
  const [one, two] = [usualCodexOn(model), usualCodexOn(model)];
  const thread = one.startThread(model.threadOptions());
  await thread.run("first");
  const elsewhere = two.resumeThread(thread.id!, model.threadOptions());
  await expect(elsewhere.run("second")).rejects.toMatchObject({ code: "thread_busy", isRetryable: true });
  expect((await thread.run("more")).finalResponse).toBe("re: more");
  await one.close();
  expect((await elsewhere.run("third")).finalResponse).toBe("re: third");
  expect(JSON.stringify(model.requests.at(-1)!.input)).toContain("re: more");
});
