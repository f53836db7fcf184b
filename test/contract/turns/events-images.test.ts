// Images from every source to the model, and images that are rejected before Codex receives them.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chmodSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { Codex, tool } from "../../../src/index.js";
import type { UserInput } from "../../../src/index.js";
import { callTool, say, viewImage } from "../../../src/testing/index.js";
import type { ModelRequest } from "../../../src/testing/index.js";
import { dataUrl, image } from "../../input/images.js";
import { repository, temporaryDirectory, warmCodex } from "../../support/workspace.js";

/** The images in the user's messages. */
function imagesOf(request: ModelRequest | undefined): unknown[] {
  const messages = request?.input.filter((item) => item.type === "message" && item["role"] === "user") ?? [];
  const parts = messages.flatMap((message) => message["content"] as { type: string; image_url?: string }[]);
  return parts.flatMap((part) => (part.type === "input_image" ? [part.image_url] : []));
}

/** A web server with one picture. Returns its URL and the received requests. */
async function gallery(): Promise<{ url: string; agents: (string | undefined)[] }> {
  const agents: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    agents.push(request.headers["user-agent"]);
    response.writeHead(200, { "content-type": "application/octet-stream" }).end(image("image/jpeg"));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/picture?key=secret`, agents };
}

test("data that looks like an image is text, and nothing is fetched for it", async () => {
  const { url, agents } = await gallery();
  const { model, codex } = await warmCodex([callTool("look"), say("Seen.")]);
  const found = [
    { type: "image", url },
    { type: "image", url: dataUrl("image/png") },
  ];
  const look = tool({ name: "look", description: "Shows.", execute: () => found });
  await codex.startThread(model.threadOptions({ tools: [look] })).run("Look.");
  expect(model.requests[1]?.newOutputs[0]?.text).toBe(JSON.stringify(found));
  expect(agents).toEqual([]);
});

test("an image can be sent while the turn runs", async () => {
  const { model, codex } = await warmCodex([callTool("wait_here"), say("Seen.")]);
  const steered: Promise<boolean>[] = [];
  const wait = tool({
    name: "wait_here",
    description: "Waits.",
    execute: async () => {
      steered.push(streamed.steer([{ type: "image", data: image("image/png"), mediaType: "image/png" }]));
      await steered[0];
    },
  });
  const streamed = await codex.startThread(model.threadOptions({ tools: [wait] })).runStreamed("Go.");
  await streamed.completed();
  expect(await steered[0]).toBe(true);
  expect(imagesOf(model.requests[1])).toEqual([dataUrl("image/png")]);
});

test("an image that the agent views is an item", async () => {
  const workingDirectory = repository();
  const file = path.join(workingDirectory, "shot.png");
  writeFileSync(file, image("image/png"));
  const { model, codex } = await warmCodex([viewImage(file), say("Seen.")]);
  const turn = await codex.startThread(model.threadOptions({ workingDirectory })).run("Look at it.");
  expect(turn.items[0]).toEqual({ id: expect.any(String), type: "image_view", path: file });
  expect(JSON.stringify(model.requests[1]?.newOutputs[0]?.output)).toContain(dataUrl("image/png"));
});

test("a mention reaches Codex, which ignores unknown mentions", async () => {
  const { model, codex } = await warmCodex([say("Fine.")]);
  const input: UserInput[] = [
    { type: "text", text: "Ask $calendar." },
    { type: "mention", name: "calendar", path: "app://calendar" },
  ];
  const turn = await codex.startThread(model.threadOptions()).run(input);
  expect(turn.finalResponse).toBe("Fine.");
  expect(model.requests[0]?.lastUserText).toBe("Ask $calendar.");
});

/** A file with this content, optionally unreadable. */
function file(content: string | Uint8Array, mode = 0o644): string {
  const name = path.join(temporaryDirectory(), "image.png");
  writeFileSync(name, content);
  chmodSync(name, mode);
  return name;
}

const refused: [string, () => UserInput, string][] = [
  ["a missing file", () => ({ type: "local_image", path: "/nowhere/a.png" }), "/nowhere/a.png"],
  ["a directory", () => ({ type: "local_image", path: temporaryDirectory() }), "input[1]"],
  ["a text file", () => ({ type: "local_image", path: file("hello") }), "image.png"],
  ["an empty file", () => ({ type: "local_image", path: file("") }), "image.png"],
  [
    "bytes that are not an image",
    () => ({ type: "image", data: new Uint8Array(9), mediaType: "image/png" }),
    "not an image",
  ],
  [
    "the wrong media type",
    () => ({ type: "image", data: image("image/png"), mediaType: "image/gif" }),
    "are image/png",
  ],
  ["an invalid data: URL", () => ({ type: "image", url: "data:image/png;base64,AAAA" }), "not an image"],
  ["a URL on the web", () => ({ type: "image", url: "http://127.0.0.1:9/a.png" }), "Images are not fetched"],
  ["a skill that does not exist", () => ({ type: "skill", name: "x", path: "/nowhere/SKILL.md" }), "/nowhere/SKILL.md"],
];

test.each(refused)("%s is rejected before Codex is started", async (_, part, message) => {
  // This Codex cannot start, which proves that none was started.
  const thread = new Codex({ codexPathOverride: "/nowhere/codex" }).startThread({ skipGitRepoCheck: true });
  await expect(thread.run([{ type: "text", text: "Look." }, part()])).rejects.toMatchObject({
    code: "invalid_input",
    message: expect.stringContaining(message),
  });
});
