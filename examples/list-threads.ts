// The threads in CODEX_HOME: listed, searched, paged, renamed, archived and deleted.
import assert from "node:assert/strict";
import { Codex } from "codex-sdk";
import { ScriptedModel, say } from "codex-sdk/testing";

await using model = await ScriptedModel.start(({ lastUserText }) => say(`Done: ${lastUserText}`));
await using codex = new Codex(model.codexOptions());

for (const prompt of ["Fix the login page", "Explain the build", "Fix the footer"]) {
  await codex.startThread(model.threadOptions()).run(prompt);
}

// An async iterable that loads pages as needed, the last used first.
for await (const thread of codex.listThreads({ workingDirectory: process.cwd(), limit: 20 })) {
  console.log(thread.lastUsedAt?.toISOString(), thread.id, thread.name ?? thread.preview);
}

// Searches the messages. The record contains the text around the first match.
const found = await codex.listThreads({ search: "footer" }).toArray();
assert.equal(found.length, 1);
const [footer] = found;
assert(footer);
console.log(`Found: ${footer.snippet}`);

const thread = codex.resumeThread(footer.id, model.threadOptions());
await thread.rename("Footer");
assert.equal((await codex.readThread(footer.id)).name, "Footer");

await thread.archive();
const names = async (archived: boolean) =>
  (await codex.listThreads({ archived }).toArray()).map(({ name, preview }) => name ?? preview);
assert.deepEqual(await names(true), ["Footer"]);
assert.deepEqual((await names(false)).toSorted(), ["Explain the build", "Fix the login page"]);
await thread.unarchive();
await thread.delete();

// Cursors, for a page in a user interface.
const first = await codex.listThreads({ pageSize: 1 }).page();
const second = await codex.listThreads({ pageSize: 1 }).page(first.nextCursor);
assert.equal(first.threads.length + second.threads.length, 2);
assert.equal(second.nextCursor, null);
