// Unit, contract, package and example tests. The type tests (*.test-d.ts) are checked by tsc.
import path from "node:path";
import { defineConfig } from "vitest/config";
import { isolateEnvironment } from "./test/environment.js";

isolateEnvironment();

const source = (file: string) => path.join(import.meta.dirname, "src", file);

export default defineConfig({
  resolve: {
    alias: [
      { find: /^codex-sdk$/, replacement: source("index.ts") },
      { find: /^codex-sdk\/(?!package\.json$)(.+)$/, replacement: source("$1/index.ts") },
    ],
  },
  test: {
    include: ["test/**/*.test.ts", "examples/**/*.test.ts"],
    pool: "forks",
    // Loading Vitest and the SDK takes longer than the tests of most files: the files of a process share them.
    isolate: false,
    setupFiles: ["test/support/setup.ts"],
    // Tests wait for codex more than they work; with more workers, two cores have more to do than they can.
    maxWorkers: 3,
    // Many tests start a real codex; on a busy machine that takes a while.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
