// A turn's input, as the model receives it.
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import type { UserInput } from "../../../src/input/input.js";
import { createTransport } from "../../../src/create-transport.js";
import { say, type ModelRequest } from "../../../src/testing/index.js";
import { dataUrl, image, kinds } from "../../input/images.js";
import { codexOn, repository, scriptedModel, temporaryDirectory, warmCodex } from "../../support/workspace.js";

/** The content of the user's messages after the first, which is Codex's own context. */
function userContent(request: ModelRequest | undefined): unknown[] {
  const messages = request?.input.filter((item) => item.type === "message" && item["role"] === "user") ?? [];
  return messages.slice(1).flatMap((message) => message["content"]);
}

const text = (text: string): unknown => ({ type: "input_text", text });
const picture = (url: string): unknown => expect.objectContaining({ type: "input_image", image_url: url });

test("images reach the model first, each unchanged", async () => {
  const { model, codex } = await warmCodex([say("Seen.")]);
  const file = path.join(temporaryDirectory(), "a.png");
  writeFileSync(file, image("image/png"));
  const input: UserInput[] = [
    { type: "text", text: "one" },
    { type: "image", data: image("image/png"), mediaType: "image/png" },
    { type: "text", text: "two" },
    { type: "local_image", path: file },
    { type: "text", text: "three" },
    { type: "image", url: dataUrl("image/webp"), detail: "high" },
  ];
  await codex.startThread(model.threadOptions()).run(input);
  expect(userContent(model.requests[0])).toEqual([
    picture(dataUrl("image/png")),
    text(`<image name=[Image #2] path="${file}">`),
    picture(dataUrl("image/png")),
    text("</image>"),
    picture(dataUrl("image/webp")),
    text("one\n\ntwo\n\nthree"),
  ]);
});

test.each(kinds)("Codex can read an image of %s", async (mediaType) => {
  const { model, codex } = await warmCodex([say("Seen.")]);
  const thread = codex.startThread(model.threadOptions());
  await thread.run([{ type: "image", data: image(mediaType), mediaType }]);
  // Codex converts GIFs to PNGs.
  expect(userContent(model.requests[0])).toEqual([
    picture(expect.stringMatching(/^data:image\/(png|jpeg|webp);base64,/)),
  ]);
});

test("a skill of the repository is sent with its text", async () => {
  const { model, codex } = await warmCodex([say("Done.")]);
  const workingDirectory = repository();
  const skill = path.join(workingDirectory, ".agents/skills/greet/SKILL.md");
  mkdirSync(path.dirname(skill), { recursive: true });
  writeFileSync(skill, "---\nname: greet\ndescription: Greets.\n---\nSay hello in Latin.\n");
  const thread = codex.startThread({ ...model.threadOptions(), workingDirectory });
  await thread.run([
    { type: "text", text: "Go." },
    { type: "skill", name: "greet", path: skill },
  ]);
  expect(JSON.stringify(userContent(model.requests[0]))).toContain("Say hello in Latin.");
});

test("text of any kind arrives complete", async () => {
  const odd = 'a\u0000b\u2028c\u2029d\u0007"\\\r\n😀';
  const { model, codex } = await warmCodex([say("Read."), say("Read.")]);
  const thread = codex.startThread(model.threadOptions());
  await thread.run(odd);
  await thread.run("half \uD83D of it");
  expect(userContent(model.requests[1])).toEqual([text(odd), text("half \uFFFD of it")]);
});

test("the limit for text is Codex's own", async () => {
  const model = await scriptedModel([say("Read.")]);
  const most = "😀".repeat(1_048_576);
  await codexOn(model).startThread(model.threadOptions()).run(most);
  expect(userContent(model.requests[0])).toEqual([text(most)]);

  const transport = createTransport(model.codexOptions());
  const thread = transport.openThread(null, model.threadOptions());
  const start = thread.prepareTurn({ input: [{ type: "text", text: `${most}x` }] });
  const { ended } = start({ emit: () => undefined, openCall: () => ({ run: (work) => work(), end: () => undefined }) });
  await expect(ended).rejects.toThrow("Input exceeds the maximum length of 1048576 characters.");
  await transport.close();
  expect(model.requests).toHaveLength(1);
});
