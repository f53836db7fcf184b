// Unit, contract, package, example and type tests.
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
    typecheck: { enabled: true, include: ["test/**/*.test-d.ts"], ignoreSourceErrors: true },
    pool: "forks",
    // Tests wait for codex more than they work.
    maxWorkers: 3,
    // Many tests start a real codex; on a busy machine that takes a while.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A machine that stands still for seconds must not fail a whole run; what failed at first is in the report.
    retry: process.env["CI"] === undefined ? 0 : 2,
  },
});
