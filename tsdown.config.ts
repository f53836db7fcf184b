// Bundles src/ into dist/: the code from the sources, the types from the declarations that tsc wrote to .types/.
import { defineConfig, type UserConfig } from "tsdown";

const shared: UserConfig = {
  format: "esm",
  platform: "node",
  target: "node20.19",
  fixedExtension: false,
  hash: false,
  clean: false,
  outputOptions: { minifyInternalExports: false },
};

export default defineConfig([
  {
    ...shared,
    entry: { index: "src/index.ts", "testing/index": "src/testing/index.ts" },
    sourcemap: true,
    dts: false,
  },
  {
    ...shared,
    entry: { index: "./.types/src/index.d.ts", "testing/index": "./.types/src/testing/index.d.ts" },
    dts: { dtsInput: true, emitDtsOnly: true, sourcemap: false },
    // Brings `AsyncDisposable` and `Symbol.asyncDispose` to programs that have `lib: ["ES2023"]` and nothing else.
    banner: { dts: '/// <reference lib="esnext.disposable" />' },
  },
]);
