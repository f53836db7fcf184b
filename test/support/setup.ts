// Runs with each test file. Files in one process share its modules, so everything that a file started ends here.
import fc from "fast-check";
import { afterAll } from "vitest";
import { closeWarm } from "./workspace.js";

// An empty directory without git. In this repository, Codex would start git a dozen times for each thread.
process.chdir(process.env["TEST_DIRECTORY"]!);

// Property tests try the same values each time. FC_SEED is another seed, or `random`.
const { FC_SEED: seed = "1" } = process.env;
if (seed !== "random") fc.configureGlobal({ seed: Number(seed) });

afterAll(closeWarm);
