// The quickstart's command line.
import { expect, test } from "vitest";
import { readArguments } from "../../../examples/quickstart/arguments.js";

test.each([
  [[], { kind: "demo" }],
  [["--live", "Explain", "this"], { kind: "live", prompt: "Explain this" }],
  [["Explain this", "--live"], { kind: "live", prompt: "Explain this" }],
  [["--help"], { kind: "usage" }],
  [["--live"], { kind: "usage", problem: "--live requires a prompt." }],
  [["--live", " "], { kind: "usage", problem: "--live requires a prompt." }],
  [["Explain this"], { kind: "usage", problem: "A prompt requires --live." }],
])("%j", (args, request) => {
  expect(readArguments(args)).toEqual(request);
});

test("an unknown option is named in the error", () => {
  expect(readArguments(["--unknown"])).toMatchObject({ kind: "usage", problem: expect.stringContaining("--unknown") });
});
