// Runs the commands of the demo without a user, and asserts their output.
import assert from "node:assert/strict";
import type { Commands } from "./commands.js";
import type { Demo } from "./demo.js";

export async function checkDemo(commands: Commands, { codex }: Demo): Promise<void> {
  const shown = async (...words: string[]): Promise<string> => {
    const { lines } = commands.terminal;
    commands.terminal.print(`\n> ${words.join(" ")}`);
    const start = lines.length;
    if (words[0] === "search") await commands.list({ search: words.slice(1).join(" ") });
    else await commands.run(words);
    return lines.slice(start).join("\n");
  };

  const list = await shown("list");
  assert.match(list, /1 .*compiler .*Explain the register allocator/);
  assert.match(list, /3 .*webshop .*Why does the login fail\?/);

  const read = await shown("read", "3");
  assert.match(read, /1 › Why does the login fail\?\n {4}\$ .*ls.* ✓\n {4}The cookie is set for \/login only\./);
  assert.match(read, /2 › Fix it\n {4}± add login\.ts\n/);
  assert.match(read, /\d+ in, \d+ out/);

  const [id] = /[0-9a-f-]{36}/.exec(read) ?? [];
  assert(id !== undefined);
  const [forkId] = /[0-9a-f-]{36}/.exec(await shown("fork", "3", "1")) ?? [];
  assert(forkId !== undefined);
  assert.match(await shown("resume", forkId, "Another", "way?"), /You said: Another way\?/);
  const fork = await shown("read", forkId);
  assert.match(fork, new RegExp(`fork of ${id}`));
  assert.doesNotMatch(fork, /Fix it/);
  assert.match(fork, /2 › Another way\?/);

  const found = await shown("search", "STICKS TO THE BOTTOM");
  assert.match(found, /1 .*Make the footer sticky\n.*sticks to the bottom/);
  await shown("rename", "1", "Sticky", "footer");
  await shown("archive", "1");
  assert.doesNotMatch(await shown("list"), /footer/);
  assert.equal((await codex.listThreads({ archived: true }).toArray())[0]?.name, "Sticky footer");
  await assert.rejects(shown("delete", id), /forks of it/);
  await shown("delete", forkId);
  await shown("delete", id);
  assert.equal((await codex.listThreads().toArray()).length, 1);
  await assert.rejects(shown("read", "7"), /there is no number 7/);
}
