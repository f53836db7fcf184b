// Options that exec does not support are rejected before anything is started.
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { UnsupportedError } from "../../src/index.js";
import type { Input, ThreadOptions } from "../../src/index.js";
import { completed, message, print, standIn, started } from "./stand-in.js";

const marks = 'touch "$CODEX_HOME/was-started"';

test.each([["onApproval"], ["onUserInput"], ["onElicitation"]])("%s is rejected when the thread is created", (name) => {
  const { codex } = standIn([marks]);
  const options: ThreadOptions = { [name]: () => undefined };
  expect(() => codex.startThread(options)).toThrow(UnsupportedError);
  expect(() => codex.startThread(options)).toThrow(new RegExp(`\`${name}\`.*app-server`));
});

const image =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const inputs: [string, Input][] = [
  [
    "a mention",
    [
      { type: "text", text: "go" },
      { type: "mention", name: "x", path: "app://x" },
    ],
  ],
  [
    "a skill",
    [
      { type: "text", text: "go" },
      { type: "skill", name: "x", path: import.meta.filename },
    ],
  ],
  [
    "the detail of an image",
    [
      { type: "text", text: "go" },
      { type: "image", url: image, detail: "high" },
    ],
  ],
  ["an image without a prompt", [{ type: "image", url: image }]],
];

test.each(inputs)("%s is rejected before the turn starts", async (_name, input) => {
  const { thread, codexHome } = standIn([marks]);
  await expect(thread.run(input)).rejects.toThrow(UnsupportedError);
  expect(existsSync(path.join(codexHome, "was-started"))).toBe(false);
});

test("steering is rejected, and the turn continues", async () => {
  const { thread } = standIn(["cat > /dev/null", print(...started), "sleep 0.3", print(message("done"), completed)]);
  const streamed = await thread.runStreamed("go");
  await streamed.events.next();
  await expect(streamed.steer("left")).rejects.toThrow(/"exec" transport cannot add input to a running turn/);
  expect((await streamed.completed()).finalResponse).toBe("done");
});

test("an ephemeral thread can have only one turn", async () => {
  const { codex } = standIn(["cat > /dev/null", print(...started, message("done"), completed)]);
  const thread = codex.startThread({ skipGitRepoCheck: true, ephemeral: true });
  await thread.run("go");
  await expect(thread.run("go on")).rejects.toThrow(/ephemeral thread .* can run only one turn/);
});
