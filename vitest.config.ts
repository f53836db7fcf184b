// Unit, contract, package and example tests. The type tests (*.test-d.ts) are checked by tsc.
import path from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";
import { isolateEnvironment } from "./test/environment.js";

isolateEnvironment();

const source = (file: string) => path.join(import.meta.dirname, "src", file);

/** They take 10 to 40 s each. Otherwise Vitest, which begins with the largest files, would end with one of these alone. */
const longest = [
  "examples.test.ts",
  "examples/quickstart.test.ts",
  "contract/stores/kill-matrix.test.ts",
  "contract/stores/hostile-store.test.ts",
  "contract/stores/restate.test.ts",
  "contract/stores/restate-loss.test.ts",
  "inspect/page.test.ts",
  "examples/chat.test.ts",
  "soak.test.ts",
  "contract/processes/open-files.test.ts",
  "contract/processes/exit.test.ts",
  "contract/turns/wrong-settings.test.ts",
  "contract/security/private-homes.test.ts",
  "contract/security/planted-programs.test.ts",
  "package/installed.test.ts",
].map((file) => path.join(import.meta.dirname, "test", file));

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not a method of an array
    const sorted = await super.sort(files);
    const isLong = ({ moduleId }: TestSpecification) => longest.includes(path.normalize(moduleId));
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

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
    sequence: { sequencer: LongestFirst },
    // Many tests start a real codex; on a busy machine that takes a while.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
