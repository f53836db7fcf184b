// Images for the agent: from a file, from memory and from the web. The model receives them before the text.
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Codex, InvalidInputError } from "codex-sdk";
import { ScriptedModel, say, viewImage } from "codex-sdk/testing";

/** One pixel. */
const pixel = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const workingDirectory = mkdtempSync(join(tmpdir(), "images-"));
const mockup = join(workingDirectory, "mockup.png");
writeFileSync(mockup, pixel);
const web = createServer((_, response) => response.end(pixel));
await new Promise<void>((resolve) => web.listen(0, "127.0.0.1", resolve));
const address = web.address();
assert(typeof address === "object" && address !== null);

async function download(url: string): Promise<Uint8Array> {
  const response = await fetch(url, { redirect: "error", signal: AbortSignal.timeout(5_000) });
  assert(response.ok);
  return new Uint8Array(await response.arrayBuffer());
}

await using model = await ScriptedModel.start([viewImage(mockup), say("The button is one pixel too small.")]);
await using codex = new Codex(model.codexOptions());
const thread = codex.startThread(model.threadOptions({ workingDirectory }));

const turn = await thread.run([
  { type: "local_image", path: mockup },
  { type: "image", data: pixel, mediaType: "image/png" },
  // The SDK does not fetch images. You decide which hosts your program connects to.
  {
    type: "image",
    data: await download(`http://127.0.0.1:${address.port}/theirs.png`),
    mediaType: "image/png",
    detail: "high",
  },
  { type: "text", text: "The first image is the mock-up, the second our page, the third another site. Fix our page." },
]);
for (const item of turn.items) console.log(item.type, item.type === "image_view" ? item.path : "");
console.log(turn.finalResponse);

const content = model.requests[0]?.input.at(-1)?.["content"] as { type: string; image_url?: string }[];
const images = content.filter(({ type }) => type === "input_image");
// All images are sent inline. Codex does not fetch any.
assert.deepEqual(
  images.map(({ image_url }) => image_url),
  Array.from(images, () => `data:image/png;base64,${pixel.toString("base64")}`),
);
assert.equal(images.length, 3);
assert.deepEqual(
  turn.items.map(({ type }) => type),
  ["image_view", "agent_message"],
);

// Bytes that are not an image are rejected before the turn starts.
await assert.rejects(
  thread.run([
    { type: "text", text: "And this?" },
    { type: "image", data: Buffer.from("<svg/>"), mediaType: "image/png" },
  ]),
  InvalidInputError,
);
assert.equal(model.requests.length, 2);

web.close();
rmSync(workingDirectory, { recursive: true });
