// Runs with each test file. Files in one process share its modules, so everything that a file started ends here.
import { afterAll } from "vitest";
import { closeWarm } from "./workspace.js";

// An empty directory without git. In this repository, Codex would start git a dozen times for each thread.
process.chdir(process.env["TEST_DIRECTORY"]!);

afterAll(closeWarm);
