// Bundles src/ into dist/: the code from the sources, the types from the declarations that tsc wrote to .types/.
import { defineConfig, type UserConfig } from "tsdown";
import manifest from "./package.json" with { type: "json" };

const outputOptions = { minifyInternalExports: false };

const shared: UserConfig = {
  format: "esm",
  platform: "node",
  target: "node20.19",
  fixedExtension: false,
  hash: false,
  clean: false,
  outputOptions,
};

/** An entry for each subpath that package.json exports: `./store/postgres` is src/store/postgres/index.ts. */
const subpaths = Object.keys(manifest.exports)
  .filter((name) => name !== "./package.json")
  .map((name) => (name === "." ? "index" : `${name.slice(2)}/index`));
const entries = (folder: string, extension: string) =>
  Object.fromEntries(subpaths.map((name) => [name, `${folder}/${name}${extension}`]));
/** Folders of src/ that a subpath publishes. They stay out of the chunk that `import "codex-sdk"` loads. */
const published = [...new Set(subpaths.filter((name) => name !== "index").map((name) => name.split("/")[0]))];
const core = new RegExp(`src[\\\\/](?!(?:${published.join("|")})[\\\\/])`);

/**
 * One file for what an import loads, and one for each part that is loaded later: every file takes time to load.
 * A group takes the modules that its own modules import, too, unless a group with a higher priority has them.
 */
const groups = [
  { name: "sdk", tags: ["$initial" as const], test: core, priority: 4 },
  { name: "turn", test: /src[\\/](process|app-server[\\/](connection|turn|server-requests))[\\/]/, priority: 3 },
  { name: "threads", test: /src[\\/](rollouts|app-server[\\/](management|thread))[\\/]/, priority: 2 },
  { name: "exec", test: /src[\\/]exec[\\/]/, priority: 1 },
  { name: "schema", test: /src[\\/]schema[\\/]/, priority: 0 },
];

export default defineConfig([
  {
    ...shared,
    entry: entries("src", ".ts"),
    sourcemap: true,
    dts: false,
    // The types have the docstrings.
    outputOptions: { ...outputOptions, codeSplitting: { groups }, comments: { jsdoc: false } },
  },
  {
    // The command uses the package as any program does.
    ...shared,
    entry: { "cli/index": "src/cli/index.ts" },
    external: [/^codex-sdk/],
    dts: false,
    outputOptions: { ...outputOptions, chunkFileNames: "cli/[name].js", comments: { jsdoc: false } },
  },
  {
    ...shared,
    entry: entries("./.types/src", ".d.ts"),
    dts: { dtsInput: true, emitDtsOnly: true, sourcemap: false },
    // Brings `AsyncDisposable` and `Symbol.asyncDispose` to programs that have `lib: ["ES2023"]` and nothing else.
    banner: { dts: '/// <reference lib="esnext.disposable" />' },
  },
]);
