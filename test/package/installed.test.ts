// What a user gets from npm: loads as ESM and by require(), and type-checks with nothing but lib ES2023.
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installPacked, node, readManifest } from "./install.js";

const tsc = path.resolve(import.meta.dirname, "../../node_modules/typescript/bin/tsc");
const types = path.resolve(import.meta.dirname, "../../node_modules/@types");
let folder: string;

beforeAll(() => {
  folder = installPacked();
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("loading", () => {
  test("require() gives what import gives", () => {
    const imported = JSON.parse(node(folder, "names.mjs"));
    expect(imported.sdk).toContain("Codex");
    expect(imported.testing).toContain("ScriptedModel");
    expect(JSON.parse(node(folder, "names.cjs"))).toEqual(imported);
  });
});

describe("types", () => {
  const onlyEs2023 = { lib: ["ES2023"], types: [] };

  test.each([
    ["node16", "node16"],
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
    ["preserve", "bundler"],
  ])("module %s, resolution %s, lib ES2023 alone", (module, moduleResolution) => {
    expect(typeErrors("program.mts", { ...onlyEs2023, module, moduleResolution })).toBe("");
  });

  test("a CommonJS program", () => {
    const program = 'import sdk = require("codex-sdk");\nexport const codex: sdk.Codex = new sdk.Codex();\n';
    writeFileSync(path.join(folder, "program.cts"), program);
    expect(typeErrors("program.cts", { ...onlyEs2023, module: "nodenext", moduleResolution: "nodenext" })).toBe("");
  });

  test.each([
    ["Node.js", { lib: ["ES2023"], types: ["node"], typeRoots: [types] }],
    ["the DOM", { lib: ["ES2023", "DOM"], types: [] }],
  ])("an AbortSignal of %s is a signal", (_name, options) => {
    expect(typeErrors("signal.mts", { ...options, module: "nodenext", moduleResolution: "nodenext" })).toBe("");
  });

  test("declarations import only what is installed with them", () => {
    const imported = publishedFiles(".d.ts").flatMap((file) => [...file.text.matchAll(/from "([^".][^"]*)"/g)]);
    const declared = Object.keys(readManifest(path.join(folder, "node_modules/codex-sdk")).dependencies);
    for (const [, specifier] of imported) expect(declared).toContain(specifier);
  });

  /** What the compiler says of a program; nothing when it is right. */
  function typeErrors(program: string, options: Record<string, unknown>): string {
    const compilerOptions = { target: "ES2023", strict: true, skipLibCheck: false, noEmit: true, ...options };
    writeFileSync(path.join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, files: [program] }));
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", "tsconfig.json"], { cwd: folder, encoding: "utf8" });
    return stdout;
  }
});

describe("content", () => {
  test("holds the bundle, its maps and types, and no more", () => {
    const files = readdirSync(path.join(folder, "node_modules/codex-sdk"), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        path.relative(path.join(folder, "node_modules/codex-sdk"), path.join(entry.parentPath, entry.name)),
      );
    const others = files.filter((file) => !/^dist\/[\w/-]+\.(js|js\.map|d\.ts)$/.test(file.replaceAll("\\", "/")));
    expect(others.toSorted()).toEqual(["LICENSE", "README.md", "package.json"]);
    expect(files.length).toBeLessThan(60);
  });

  test("names no path of the machine that built it", () => {
    const root = path.resolve(import.meta.dirname, "../..");
    const named = publishedFiles(".js", ".map", ".d.ts").filter((file) => file.text.includes(root));
    expect(named.map((file) => file.name)).toEqual([]);
  });
});

function publishedFiles(...endings: string[]): { name: string; text: string }[] {
  const dist = path.join(folder, "node_modules/codex-sdk/dist");
  return readdirSync(dist, { recursive: true, encoding: "utf8" })
    .filter((name) => endings.some((ending) => name.endsWith(ending)))
    .map((name) => ({ name, text: readFileSync(path.join(dist, name), "utf8") }));
}
