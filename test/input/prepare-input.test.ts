// Validation of a turn's input, and the parts that are sent.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { InvalidInputError } from "../../src/errors/errors.js";
import { prepareInput } from "../../src/input/prepare-input.js";
import { dataUrl, image, kinds } from "./images.js";

let directory: string;
const file = (name: string): string => path.join(directory, name);

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), "codex-sdk-input-"));
  await Promise.all([
    writeFile(file("a.png"), image("image/png")),
    writeFile(file("empty.png"), ""),
    writeFile(file("text.png"), "not an image at all"),
    writeFile(file("SKILL.md"), "---\nname: fix\n---\n"),
  ]);
});

afterAll(async () => {
  await rm(directory, { recursive: true });
});

test("a string is one part of text", async () => {
  expect(await prepareInput("Fix it")).toEqual([{ type: "text", text: "Fix it" }]);
});

test("images are first, texts are joined by blank lines, and other parts follow", async () => {
  const input = [
    { type: "text", text: "one" },
    { type: "local_image", path: file("a.png"), detail: "high" },
    { type: "text", text: "two\n" },
    { type: "image", url: dataUrl("image/webp") },
    { type: "image", data: image("image/jpeg"), mediaType: "image/jpeg", detail: "original" },
    { type: "image", data: image("image/gif").toString("base64"), mediaType: "image/gif" },
    { type: "skill", name: "fix", path: file("SKILL.md") },
    { type: "mention", name: "docs", path: "app://docs" },
    { type: "text", text: "three" },
  ];
  expect(await prepareInput(input)).toEqual([
    { type: "localImage", path: file("a.png"), detail: "high" },
    { type: "imageUrl", url: dataUrl("image/webp") },
    { type: "imageUrl", url: dataUrl("image/jpeg"), detail: "original" },
    { type: "imageUrl", url: dataUrl("image/gif") },
    { type: "text", text: "one\n\ntwo\n\n\nthree" },
    { type: "skill", name: "fix", path: file("SKILL.md") },
    { type: "mention", name: "docs", path: "app://docs" },
  ]);
});

test.each(kinds)("%s is accepted as bytes, base64 and URL", async (mediaType) => {
  const bytes = image(mediaType);
  const url = dataUrl(mediaType);
  const input = [
    { type: "image", data: bytes, mediaType },
    { type: "image", data: new Uint8Array(bytes), mediaType },
    { type: "image", data: bytes.toString("base64").replace(/.{20}/g, "$&\n"), mediaType },
    { type: "image", url },
  ];
  expect(await prepareInput(input)).toEqual(input.map(() => ({ type: "imageUrl", url })));
});

test("bytes that are a view of a larger buffer contain only that view", async () => {
  const bytes = image("image/png");
  const large = Buffer.concat([Buffer.alloc(7), bytes, Buffer.alloc(9)]);
  const view = new Uint8Array(large.buffer, large.byteOffset + 7, bytes.length);
  expect(await prepareInput([{ type: "image", data: view, mediaType: "image/png" }])).toEqual([
    { type: "imageUrl", url: dataUrl("image/png") },
  ]);
});

test("a relative path is resolved from the host's working directory", async () => {
  const relative = path.relative(process.cwd(), file("a.png"));
  expect(await prepareInput([{ type: "local_image", path: relative }])).toEqual([
    { type: "localImage", path: file("a.png") },
  ]);
});

test("half a surrogate pair, which Codex cannot read, is written as in UTF-8", async () => {
  expect(await prepareInput("a\uD83D b \uD83D\uDE00 \uDE00")).toEqual([
    { type: "text", text: "a\uFFFD b \uD83D\uDE00 \uFFFD" },
  ]);
});

test.each([
  ["1,048,576 letters", "x".repeat(1_048_576)],
  ["1,048,576 characters of two bytes", "é".repeat(1_048_576)],
  ["1,048,576 characters of two UTF-16 units", "😀".repeat(1_048_576)],
])("%s of text are accepted", async (_name, text) => {
  expect(await prepareInput(text)).toHaveLength(1);
});

test.each([
  ["1,048,577 characters", "😀".repeat(1_048_577), "1048577 characters"],
  [
    "1,048,577 characters with the blank line between them",
    [
      { type: "text", text: "x".repeat(600_000) },
      { type: "text", text: "x".repeat(448_575) },
    ],
    "1048577",
  ],
  ["16 MiB", "x".repeat(16 * 1024 * 1024), "16777216 characters"],
])("%s are rejected", async (_name, input, found) => {
  await expect(prepareInput(input)).rejects.toThrow(InvalidInputError);
  await expect(prepareInput(input)).rejects.toThrow(found);
});

const png = "iVBORw0KGgo=";

test.each<[string, unknown, string]>([
  ["undefined", undefined, "The input is of type undefined"],
  ["null", null, "The input is of type null"],
  ["a number", 1, "The input is of type number"],
  ["a part outside of an array", { type: "text", text: "x" }, "The input is of type object"],
  ["an empty string", "", "The input is empty"],
  ["white space", " \n\t", "The input is empty"],
  ["no parts", [], "The input is empty"],
  ["empty texts", [{ type: "text", text: "" }], "The input is empty"],
  ["a string as a part", ["x"], "input[0] is not a part"],
  ["an array as a part", [["x"]], "input[0] is not a part"],
  ["an unknown type", [{ type: "video", url: "x" }], 'input[0] has the type "video"'],
  ["no type", [{ text: "x" }], "input[0] has the type undefined"],
  ["a text without text", [{ type: "text" }], "input[0] has no text"],
  ["an image without a path", [{ type: "local_image" }], "input[0] has no path"],
  ["an empty path", [{ type: "local_image", path: "" }], "input[0] has no path"],
  ["a path with a NUL character", [{ type: "local_image", path: "a\0b" }], "input[0] has no path"],
  ["an image without data", [{ type: "image" }], "input[0] has no data"],
  ["an image with a url and data", [{ type: "image", url: dataUrl("image/png"), data: png }], "both a url and data"],
  ["bytes as numbers", [{ type: "image", data: [137, 80], mediaType: "image/png" }], "input[0] has no data"],
  ["no bytes", [{ type: "image", data: new Uint8Array(), mediaType: "image/png" }], "input[0] has no bytes"],
  [
    "bytes that are not an image",
    [{ type: "image", data: Buffer.from("hello"), mediaType: "image/png" }],
    "not an image",
  ],
  ["bytes of a bitmap", [{ type: "image", data: Buffer.from("BM6000000000"), mediaType: "image/bmp" }], "not an image"],
  ["text that is not base64", [{ type: "image", data: "*not base64*", mediaType: "image/png" }], "not base64"],
  ["another media type", [{ type: "image", data: png, mediaType: "image/jpeg" }], "its bytes are image/png"],
  ["no media type", [{ type: "image", data: png }], "has the mediaType undefined, but its bytes are image/png"],
  ["a data: URL that is not an image", [{ type: "image", url: "data:text/plain;base64,aGVsbG8=" }], "not an image"],
  ["a data: URL of another type", [{ type: "image", url: `data:image/gif;base64,${png}` }], "its bytes are image/png"],
  ["a data: URL without base64", [{ type: "image", url: "data:image/svg+xml,<svg/>" }], "does not have the form"],
  ...["http://127.0.0.1/a.png", "https://x.example/a.png", "file:///a.png", "a.png", 1].map(
    (url): [string, unknown, string] => [
      `the url ${url}`,
      [{ type: "image", url }],
      "input[0] has a url that is not a data: URL. Images are not fetched",
    ],
  ),
  ["an unknown detail", [{ type: "image", url: dataUrl("image/png"), detail: "tiny" }], 'the detail "tiny"'],
  ["a detail that Codex rejects", [{ type: "image", url: dataUrl("image/png"), detail: "low" }], 'the detail "low"'],
  ["a skill without a name", [{ type: "skill", path: "/x" }], "input[0] has no name"],
  ["a mention without a path", [{ type: "mention", name: "x" }], "input[0] has no path"],
  [
    "an invalid later part",
    [
      { type: "text", text: "x" },
      { type: "text", text: 1 },
    ],
    "input[1] has no text",
  ],
])("%s is rejected", async (_name, input, message) => {
  await expect(prepareInput(input)).rejects.toThrow(InvalidInputError);
  await expect(prepareInput(input)).rejects.toThrow(message);
});

test.each([
  ["a missing file", "none.png", "does not exist"],
  ["a directory", ".", "is a directory"],
  ["an empty file", "empty.png", "is empty"],
  ["a file that is not an image", "text.png", "is not an image that Codex can read"],
])("%s is rejected, with its path", async (_name, name, problem) => {
  const attempt = prepareInput([
    { type: "text", text: "Look" },
    { type: "local_image", path: file(name) },
  ]);
  await expect(attempt).rejects.toThrow(InvalidInputError);
  await expect(attempt).rejects.toThrow("input[1]");
  await expect(attempt).rejects.toThrow(file(name));
  await expect(attempt).rejects.toThrow(problem);
});

test("a missing skill is rejected", async () => {
  const attempt = prepareInput([{ type: "skill", name: "x", path: file("none/SKILL.md") }]);
  await expect(attempt).rejects.toThrow("SKILL.md does not exist");
});

test.skipIf(process.platform === "win32")("a device, whose content might never end, is rejected", async () => {
  await expect(prepareInput([{ type: "local_image", path: "/dev/zero" }])).rejects.toThrow("is not a regular file");
});

test.skipIf(process.platform === "win32" || process.getuid?.() === 0)(
  "an unreadable file is rejected (not as root)",
  async () => {
    await writeFile(file("secret.png"), image("image/png"), { mode: 0o000 });
    await expect(prepareInput([{ type: "local_image", path: file("secret.png") }])).rejects.toThrow("(EACCES)");
  },
);

test("an abort ends the preparation", async () => {
  const signal = AbortSignal.abort(new Error("enough"));
  await expect(prepareInput("Look", { signal })).rejects.toMatchObject({
    name: "TurnInterruptedError",
    cause: { message: "enough" },
  });
});
