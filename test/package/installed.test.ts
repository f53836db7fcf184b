// The package from npm: it loads as ESM and by require(), also bundled; it type-checks with nothing but lib ES2023; and
// it has its documents.
import { execFileSync } from "node:child_process";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "esbuild";
import type { Format } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import manifest from "../../package.json" with { type: "json" };
import { locateCodex } from "../../src/process/locate/locate.js";
import { declaredValues } from "./declared-values.js";
import { installPacked, node, readManifest } from "./install.js";
import { typeErrors } from "./type-errors.js";

const types = path.resolve(import.meta.dirname, "../../node_modules/@types");
let folder: string;
/** A directory without any packages. */
let elsewhere: string;
let declared: Record<string, string[]> | undefined;

/** The declarations of every entry point. */
const subpaths = Object.values(manifest.exports).flatMap((entry) => (typeof entry === "string" ? [] : [entry.types]));

beforeAll(() => {
  folder = installPacked();
  linkPeers();
  elsewhere = realpathSync(mkdtempSync(path.join(tmpdir(), "codex-sdk-bundle-")));
}, 120_000);
afterAll(() => {
  for (const each of [folder, elsewhere]) rmSync(each, { recursive: true, force: true });
});

/** Optional peers are installed by the users of their subpath. */
function linkPeers(): void {
  for (const name of Object.keys(manifest.peerDependencies)) {
    const link = path.join(folder, "node_modules", name);
    mkdirSync(path.dirname(link), { recursive: true });
    if (!existsSync(link)) symlinkSync(path.resolve(import.meta.dirname, "../../node_modules", name), link);
  }
}

describe("loading", () => {
  test("require() returns the same as import", () => {
    const imported = JSON.parse(node(folder, "names.mjs"));
    expect(imported.sdk).toContain("Codex");
    expect(imported.testing).toContain("ScriptedModel");
    expect(JSON.parse(node(folder, "names.cjs"))).toEqual(imported);
  });

  test.each(subpaths)("%s exports the values that its types declare", async (subpath) => {
    const file = path.join(folder, "node_modules/codex-sdk", subpath);
    declared ??= declaredValues(subpaths.map((each) => path.join(folder, "node_modules/codex-sdk", each)));
    const module: object = await import(pathToFileURL(file.replace(/\.d\.ts$/, ".js")).href);
    expect(declared[file]).toEqual(Object.keys(module).toSorted());
  });

  test("only the SDK itself is loaded before a turn needs more", () => {
    const { builtins, byImports, later, seen } = JSON.parse(node(folder, "loads.mjs"));
    expect(builtins).toEqual([]);
    expect(byImports).toEqual([]);
    // Both can be checked where there is content.
    expect(later).toBeGreaterThan(0);
    expect(seen).toEqual(expect.arrayContaining(["child_process", "crypto", "http", "net"]));
  });

  test.each(["turn.mjs", "turn.cjs"])("%s runs a turn with the Codex that npm installed", (program) => {
    expect(node(folder, program)).toBe("Hello from the package.\n");
  });
});

describe("types", { timeout: 120_000 }, () => {
  const onlyEs2023 = { lib: ["ES2023"], types: [] };
  /** The declarations themselves are checked once for each resolution, which takes most of the time. */
  const programOnly = { module: "nodenext", moduleResolution: "nodenext", skipLibCheck: true };

  test.each([
    ["node16", "node16"],
    ["nodenext", "nodenext"],
    ["esnext", "bundler"],
    ["preserve", "bundler"],
  ])("module %s, resolution %s, lib ES2023 alone", (module, moduleResolution) => {
    expect(typeErrors(folder, ["program.mts"], { ...onlyEs2023, module, moduleResolution })).toBe("");
  });

  test("a CommonJS program compiles", () => {
    const program = 'import sdk = require("codex-sdk");\nexport const codex: sdk.Codex = new sdk.Codex();\n';
    writeFileSync(path.join(folder, "program.cts"), program);
    expect(typeErrors(folder, ["program.cts"], { ...onlyEs2023, ...programOnly })).toBe("");
  });

  test.each([
    ["Node.js", { lib: ["ES2023"], types: ["node"], typeRoots: [types] }],
    ["the DOM", { lib: ["ES2023", "DOM"], types: [] }],
  ])("an AbortSignal of %s is accepted as a signal", (_name, options) => {
    expect(typeErrors(folder, ["signal.mts"], { ...options, ...programOnly })).toBe("");
  });

  test("an incorrect program has a type error", () => {
    writeFileSync(path.join(folder, "wrong.mts"), 'import { Codec } from "codex-sdk";\nvoid Codec;\n');
    const errors = typeErrors(folder, ["wrong.mts"], { ...onlyEs2023, ...programOnly });
    expect(errors).toContain("no exported member named 'Codec'");
  });

  test("declarations import only packages that are installed with them", () => {
    const imported = publishedFiles(".d.ts").flatMap((file) => [...file.text.matchAll(/from "([^".][^"]*)"/g)]);
    const { dependencies } = readManifest(path.join(folder, "node_modules/codex-sdk"));
    const declared = [...Object.keys(dependencies), ...Object.keys(manifest.peerDependencies)];
    // Subpaths for Node.js may use its types. The core and testing do not, as tested above.
    const packages = imported.map(([, specifier = ""]) => specifier).filter((name) => !name.startsWith("node:"));
    for (const name of packages) expect(declared).toContain(name);
  });
});

describe("content of the package", () => {
  test("holds the bundle with its maps and types, and the documents", () => {
    const files = publishedFiles("").map((file) => file.name.replaceAll("\\", "/"));
    const others = files.filter((file) => !/^dist\/[\w/-]+\.(js|js\.map|d\.ts|css)$/.test(file));
    const folders = new Set(others.map((file) => file.split("/")[0]));
    const documents = ["CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md"];
    expect([...folders].toSorted((a = "", b = "") => a.localeCompare(b))).toEqual(
      [...documents, "docs", "examples", "package.json"].toSorted((a, b) => a.localeCompare(b)),
    );
  });

  test("links between the documents work from an install", () => {
    const documents = publishedFiles(".md").filter(({ name }) => /^(docs\/)?[\w-]+\.md$/.test(name));
    expect(documents.map(({ name }) => name)).toContain("README.md");
    const broken = documents.flatMap(({ name, text }) => {
      const folderOf = path.dirname(path.join(installed(), name));
      const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(([, target = ""]) => target);
      return targets.filter((target) => !existsSync(path.join(folderOf, target))).map((target) => `${name}: ${target}`);
    });
    expect(broken).toEqual([]);
  });

  test("has no script that npm runs, or warns about, during an install", () => {
    const { scripts, ...rest } = JSON.parse(readFileSync(path.join(installed(), "package.json"), "utf8"));
    for (const name of ["preinstall", "install", "postinstall", "prepare"]) expect(scripts).not.toHaveProperty(name);
    // No address is invented.
    for (const name of ["repository", "homepage", "bugs"]) expect(rest).not.toHaveProperty(name);
  });

  test("does not contain a path of the machine that built it", () => {
    const root = path.resolve(import.meta.dirname, "../..");
    const named = publishedFiles(".js", ".map", ".d.ts").filter((file) => file.text.includes(root));
    expect(named.map((file) => file.name)).toEqual([]);
  });
});

function installed(): string {
  return path.join(folder, "node_modules/codex-sdk");
}

function publishedFiles(...endings: string[]): { name: string; text: string }[] {
  return readdirSync(installed(), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && endings.some((ending) => entry.name.endsWith(ending)))
    .map((entry) => path.join(entry.parentPath, entry.name))
    .map((file) => ({ name: path.relative(installed(), file), text: readFileSync(file, "utf8") }));
}

async function bundle(program: string, format: Format, outfile: string): Promise<string> {
  await build({
    entryPoints: [path.join(folder, program)],
    outfile,
    format,
    bundle: true,
    platform: "node",
    target: "node20",
    logLevel: "silent",
    // A bundled CommonJS library needs this inside ESM; every guide to esbuild has it.
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

describe("bundled with a program", () => {
  const bundles = [
    ["ESM", "turn.mjs", "esm", "bundle.mjs"],
    ["CommonJS", "turn.cjs", "cjs", "bundle.cjs"],
  ] as const;

  test.each(bundles)("%s, with the Codex of node_modules", async (_, program, format, name) => {
    const file = await bundle(program, format, path.join(folder, "dist", name));
    expect(run(file).trim()).toBe("Hello from the package.");
  });

  test.each(bundles)("%s, with a Codex on PATH only", async (_, program, format, name) => {
    const file = await bundle(program, format, path.join(elsewhere, name));
    const bin = path.join(elsewhere, "bin");
    mkdirSync(bin, { recursive: true });
    rmSync(path.join(bin, "codex"), { force: true });
    symlinkSync(locateCodex().executablePath, path.join(bin, "codex"));
    const env = { ...process.env, PATH: `${bin}:/usr/bin:/bin` };
    expect(run(file, env).trim()).toBe("Hello from the package.");
  });
});
