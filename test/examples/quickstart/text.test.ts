// Text measured in terminal cells.
import fc from "fast-check";
import { expect, test } from "vitest";
import { clean, duration, truncate, widthOf, wrap } from "../../../examples/quickstart/text.js";

test("lines break at spaces, and words that are too long break at any character", () => {
  expect(wrap("one two three", 8)).toEqual(["one two", "three"]);
  expect(wrap("  indented code", 11)).toEqual(["  indented", "code"]);
  expect(wrap("abcdefgh", 3)).toEqual(["abc", "def", "gh"]);
  expect(wrap("", 10)).toEqual([""]);
});

test("wide characters take two cells and are not split", () => {
  expect(widthOf("日本")).toBe(4);
  expect(wrap("日本語", 5)).toEqual(["日本", "語"]);
  expect(truncate("日本語", 5)).toBe("日本…");
});

test("no line is too wide, and only spaces are removed", () => {
  fc.assert(
    fc.property(fc.string(), fc.integer({ min: 1, max: 30 }), (text, width) => {
      const line = text.replaceAll(/[\n\r]/g, "");
      const lines = wrap(line, width);
      expect(Math.max(...lines.map(widthOf))).toBeLessThanOrEqual(width);
      expect(lines.join("").replaceAll(/\s/g, "")).toBe(line.replaceAll(/\s/g, ""));
      expect(widthOf(truncate(line, width))).toBeLessThanOrEqual(width);
    }),
  );
});

test("output of commands cannot move the cursor", () => {
  expect(clean("\u001B[2J\u001B[31mred\u001B[0m\r\n\tnext\u0007\b")).toBe("red\n  next");
});

test("durations are formatted with a unit that fits their length", () => {
  expect([4, 99, 100, 1234, 9949, 9999, 61_400].map(duration)).toEqual([
    "4 ms",
    "99 ms",
    "0.1 s",
    "1.2 s",
    "9.9 s",
    "10 s",
    "61 s",
  ]);
});
