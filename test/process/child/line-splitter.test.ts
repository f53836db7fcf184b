// Bytes to lines: the lines are the same in any chunks.
import * as fc from "fast-check";
import { expect, test } from "vitest";
import { LineSplitter, type LineSplitterOptions } from "../../../src/process/child/line-splitter.js";

test("lines end only at LF, without CR, and empty lines are omitted", () => {
  expect(linesOf(["a\nb\r\n\n\r\nc\u2028d\u2029e\u0085f\vg\rh\n", "last"])).toEqual([
    "a",
    "b",
    "c\u2028d\u2029e\u0085f\vg\rh",
    "last",
  ]);
});

test("any chunking gives the lines of the whole text", () => {
  const piece = fc.constantFrom(
    "\n",
    "\r\n",
    "\r",
    "a",
    "é",
    "€",
    "😀",
    "\u2028",
    '{"x":1}',
    "\ufeff",
    "x".repeat(5000),
  );
  const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, fc.array(fc.nat(8000), { maxLength: 20 }), (text, cuts) => {
      const expected = text.split("\n").map((line) => line.replace(/\r$/, ""));
      expect(linesOf(cut(Buffer.from(text), cuts))).toEqual(expected.filter((line) => line !== ""));
    }),
    { numRuns: 500 },
  );
});

test("any bytes, in any chunking, give the lines of the whole", () => {
  const bytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(200), { maxLength: 20 }), (bytes, cuts) => {
      expect(linesOf(cut(bytes, cuts))).toEqual(linesOf([bytes]));
    }),
    { numRuns: 500 },
  );
});

test("with a limit, any chunking keeps the short lines and reports each long line once", () => {
  const lines = fc.array(fc.string({ unit: fc.constantFrom("a", "é"), minLength: 1, maxLength: 30 }), {
    maxLength: 20,
  });
  fc.assert(
    fc.property(lines, fc.array(fc.nat(600), { maxLength: 20 }), (lines, cuts) => {
      const tooLong: number[] = [];
      const options = { maxLineBytes: 20, onOverflow: (bytes: number) => tooLong.push(bytes) };
      const fits = (line: string) => Buffer.byteLength(line) <= 20;
      const text = lines.map((line) => `${line}\n`).join("");
      expect(linesOf(cut(Buffer.from(text), cuts), options)).toEqual(lines.filter(fits));
      expect(tooLong).toHaveLength(lines.filter((line) => !fits(line)).length);
      expect(tooLong.every((bytes) => bytes > 20)).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("a line over the limit is reported before its end", () => {
  const tooLong: number[] = [];
  const splitter = new LineSplitter(() => {}, { maxLineBytes: 10, onOverflow: (bytes) => tooLong.push(bytes) });
  splitter.push(Buffer.from("0123456789"));
  expect(tooLong).toEqual([]);
  splitter.push(Buffer.from("x"));
  splitter.push(Buffer.from("y".repeat(100)));
  expect(tooLong).toEqual([11]);
});

test("invalid UTF-8 becomes replacement characters", () => {
  expect(linesOf([Uint8Array.of(0x61, 0xff, 0x62, 0x0a, 0xe2, 0x82), Uint8Array.of(0x0a)])).toEqual([
    "a\ufffdb",
    "\ufffd",
  ]);
});

test.each([
  { mebibytes: 1, chunkBytes: 1 },
  { mebibytes: 8, chunkBytes: 100 },
  { mebibytes: 64, chunkBytes: 1024 },
  { mebibytes: 64, chunkBytes: 65_536 },
])("a line of $mebibytes MiB in chunks of $chunkBytes bytes takes linear time", ({ mebibytes, chunkBytes }) => {
  const chunk = Buffer.alloc(chunkBytes, "x");
  const count = Math.ceil((mebibytes * 1024 * 1024) / chunkBytes);
  const lengths: number[] = [];
  const splitter = new LineSplitter((line) => lengths.push(line.length));
  const start = performance.now();
  for (let sent = 0; sent < count; sent++) splitter.push(chunk);
  splitter.push(Buffer.from("\nnext\n"));
  expect(lengths).toEqual([count * chunkBytes, 4]);
  // With quadratic time this would take minutes.
  expect(performance.now() - start).toBeLessThan(5000);
});

function linesOf(chunks: readonly (string | Uint8Array)[], options?: LineSplitterOptions): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line), options);
  for (const chunk of chunks) splitter.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  splitter.flush();
  return lines;
}

function cut(bytes: Uint8Array, at: readonly number[]): Uint8Array[] {
  const places = [0, ...at.filter((place) => place < bytes.length).toSorted((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, index) => bytes.slice(places[index], end));
}
