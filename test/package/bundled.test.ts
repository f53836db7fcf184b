// A program that was bundled together with the SDK finds codex: beside it in node_modules, or only on PATH.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import { build } from "esbuild";
import type { Format } from "esbuild";
import { afterAll, beforeAll, expect, test } from "vitest";
import { locateCodex } from "../../src/process/locate/locate.js";
import { installPacked } from "./install.js";

let folder: string;
let elsewhere: string;

beforeAll(() => {
  folder = installPacked();
  elsewhere = realpathSync(mkdtempSync(path.join(tmpdir(), "codex-sdk-bundle-")));
}, 120_000);
afterAll(() => {
  for (const each of [folder, elsewhere]) rmSync(each, { recursive: true, force: true });
});

async function bundle(program: string, format: Format, outfile: string): Promise<string> {
  await build({
    entryPoints: [path.join(folder, program)],
    outfile,
    format,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "silent",
    // What a bundled CommonJS library needs inside ESM; every guide to esbuild has it.
    ...(format === "esm" && {
      banner: {
        js: 'import { createRequire as topRequire } from "node:module"; const require = topRequire(import.meta.url);',
      },
    }),
  });
  return outfile;
}

function run(file: string, env: NodeJS.ProcessEnv = process.env): string {
  return execFileSync(process.execPath, [file], { cwd: path.dirname(file), env, encoding: "utf8", timeout: 60_000 });
}

const bundles = [
  ["ESM", "turn.mjs", "esm", "bundle.mjs"],
  ["CommonJS", "turn.cjs", "cjs", "bundle.cjs"],
] as const;

test.each(bundles)("%s, with the codex of node_modules", async (_, program, format, name) => {
  const file = await bundle(program, format, path.join(folder, "dist", name));
  expect(run(file).trim()).toBe("Hello from the package.");
});

test.each(bundles)("%s, with a codex on PATH only", async (_, program, format, name) => {
  const file = await bundle(program, format, path.join(elsewhere, name));
  const bin = path.join(elsewhere, "bin");
  mkdirSync(bin, { recursive: true });
  rmSync(path.join(bin, "codex"), { force: true });
  symlinkSync(locateCodex().executablePath, path.join(bin, "codex"));
  const env = { ...process.env, PATH: `${bin}:/usr/bin:/bin` };
  expect(run(file, env).trim()).toBe("Hello from the package.");
});
