// What a user gets from npm: loads as ESM and by require(), and type-checks with nothing but lib ES2023.
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installPacked, node, readManifest } from "./install.js";
import { typeErrors } from "./type-errors.js";

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

  test("nothing but the SDK itself is loaded before a turn needs it", () => {
    const { builtins, byImports, later, seen } = JSON.parse(node(folder, "loads.mjs"));
    expect(builtins).toEqual([]);
    expect(byImports).toEqual([]);
    // Both are seen where there is something to see.
    expect(later).toBeGreaterThan(0);
    expect(seen).toEqual(expect.arrayContaining(["child_process", "crypto", "http", "net"]));
  });

  test.each(["turn.mjs", "turn.cjs"])("%s plays a turn with the codex that npm installed", (program) => {
    expect(node(folder, program)).toBe("Hello from the package.\n");
  });
});

describe("types", { timeout: 120_000 }, () => {
  const onlyEs2023 = { lib: ["ES2023"], types: [] };
  /** The declarations themselves are checked once for each resolution; that takes most of the time. */
  const programOnly = { module: "nodenext", moduleResolution: "nodenext", skipLibCheck: true };

  test.each([
    ["node16", "node16"],
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
    ["preserve", "bundler"],
  ])("module %s, resolution %s, lib ES2023 alone", (module, moduleResolution) => {
    expect(typeErrors(folder, "program.mts", { ...onlyEs2023, module, moduleResolution })).toBe("");
  });

  test("a CommonJS program", () => {
    const program = 'import sdk = require("codex-sdk");\nexport const codex: sdk.Codex = new sdk.Codex();\n';
    writeFileSync(path.join(folder, "program.cts"), program);
    expect(typeErrors(folder, "program.cts", { ...onlyEs2023, ...programOnly })).toBe("");
  });

  test.each([
    ["Node.js", { lib: ["ES2023"], types: ["node"], typeRoots: [types] }],
    ["the DOM", { lib: ["ES2023", "DOM"], types: [] }],
  ])("an AbortSignal of %s is a signal", (_name, options) => {
    expect(typeErrors(folder, "signal.mts", { ...options, ...programOnly })).toBe("");
  });

  test("a wrong program is an error", () => {
    writeFileSync(path.join(folder, "wrong.mts"), 'import { Codec } from "codex-sdk";\nvoid Codec;\n');
    const errors = typeErrors(folder, "wrong.mts", { ...onlyEs2023, ...programOnly });
    expect(errors).toContain("no exported member named 'Codec'");
  });

  test("declarations import only what is installed with them", () => {
    const imported = publishedFiles(".d.ts").flatMap((file) => [...file.text.matchAll(/from "([^".][^"]*)"/g)]);
    const declared = Object.keys(readManifest(path.join(folder, "node_modules/codex-sdk")).dependencies);
    for (const [, specifier] of imported) expect(declared).toContain(specifier);
  });
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
