// Runs with each test file. Files that run in one process share its modules, so that what a file started ends here.
import { afterAll } from "vitest";
import { closeWarm } from "./workspace.js";

afterAll(closeWarm);
