// The patch text that `patch()` creates.
import { expect, test } from "vitest";
import { patch } from "../../../src/testing/index.js";

test("writes additions, deletions, updates and moves in the format of apply_patch", () => {
  const { name, input } = patch({
    "a.txt": { add: "one\n\ntwo\n" },
    "old.txt": { delete: true },
    "src/b.ts": {
      update: [
        { from: "  return 1;", to: "  return 2;\n  // two", below: "function f() {" },
        { from: "const x = 1;\r\n", to: "" },
      ],
      moveTo: "src/c.ts",
    },
  });
  expect(name).toBe("apply_patch");
  expect(input).toBe(
    [
      "*** Begin Patch",
      "*** Add File: a.txt",
      "+one",
      "+",
      "+two",
      "*** Delete File: old.txt",
      "*** Update File: src/b.ts",
      "*** Move to: src/c.ts",
      "@@ function f() {",
      "-  return 1;",
      "+  return 2;",
      "+  // two",
      "@@",
      "-const x = 1;",
      "*** End Patch",
      "",
    ].join("\n"),
  );
});

test("sends the text of a patch unchanged", () => {
  expect(patch("not a patch").input).toBe("not a patch");
});

test.each([
  ["no file", {}, "no file is named"],
  ["an unknown edit", { "a.txt": { change: "x" } }, "the edit of a.txt must be"],
  ["an edit that changes nothing", { "a.txt": { update: { from: "x", to: "x" } } }, "changes nothing"],
  ["a path with a line break", { "a\nb": { add: "x" } }, "is not a path"],
  ["an update without edits", { "a.txt": { update: [] } }, "has no edit"],
  [
    "an update with an empty text to find",
    { "a.txt": { update: { from: "", to: "x", below: "y" } } },
    'an empty "from"',
  ],
])("rejects %s", (_what, files, message) => {
  expect(() => patch(files as never)).toThrow(message);
});
