// Errors are recognised whatever bundle they come from, and carry the turn without printing it.
import path from "node:path";
import { inspect } from "node:util";
import vm from "node:vm";
import { build } from "esbuild";
import { expect, test } from "vitest";
import type * as Errors from "../../src/errors/errors.js";
import { CodexError, CodexExitedError, TurnTimedOutError } from "../../src/index.js";
import { unknownUsage } from "../../src/usage/turn-usage.js";
import { root } from "../support/workspace.js";

const errorsModule = path.join(root, "src/errors/errors.ts");

async function bundle(): Promise<string> {
  const { outputFiles } = await build({ entryPoints: [errorsModule], bundle: true, format: "cjs", write: false });
  return outputFiles[0]!.text;
}

/** The exports of the module, created by `run`. */
function exportsOf(run: (module: { exports: object }) => void): typeof Errors {
  const module = { exports: {} };
  run(module);
  return module.exports as typeof Errors;
}

test("an error from another copy, bundle or realm is recognised", async () => {
  const text = await bundle();
  const copy = exportsOf((module) => {
    const define = vm.runInThisContext(`(module, exports) => {${text}\n}`) as (...values: unknown[]) => void;
    define(module, module.exports);
  });
  const foreign = exportsOf((module) => vm.runInNewContext(text, { module, exports: module.exports }));
  for (const { RateLimitError, CodexError: Other } of [copy, foreign]) {
    const error = new RateLimitError("slow down");
    expect(error).not.toBeInstanceOf(CodexError);
    expect(CodexError.isInstance(error)).toBe(true);
    expect(Other.isInstance(new CodexExitedError("gone", { exitCode: 1, signal: null, stderr: "" }))).toBe(true);
  }
});

test.each([undefined, null, "text", 5, new Error("other"), { code: "exited", message: "a look-alike" }])(
  "%s is not recognised",
  (value) => expect(CodexError.isInstance(value)).toBe(false),
);

test("the error has its turn, but neither prints it nor includes it in its JSON", () => {
  const error = new TurnTimedOutError("timeoutMs", 50);
  expect(error.turn).toBeUndefined();
  const known = { id: null, threadId: null, items: [], finalResponse: "a long text", diff: null };
  error.turn = { ...known, ...unknownUsage() };
  expect(inspect(error)).not.toContain("a long text");
  expect(JSON.stringify(error)).not.toContain("a long text");
  expect(error.turn.finalResponse).toBe("a long text");
});

test("a minifier does not change the name, and unknown values are not printed", async () => {
  const { outputFiles } = await build({
    entryPoints: [errorsModule],
    bundle: true,
    minify: true,
    format: "cjs",
    write: false,
  });
  const minified = exportsOf((module) => {
    const define = vm.runInThisContext(`(module, exports) => {${outputFiles[0]!.text}\n}`) as (...v: unknown[]) => void;
    define(module, module.exports);
  });
  const error = new minified.RateLimitError("slow down");
  expect(error.name).toBe("RateLimitError");
  expect(inspect(error)).toContain("RateLimitError");
  expect(inspect(error)).not.toContain("undefined");
});
