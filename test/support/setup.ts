// Runs with each test file. Files in one process share its modules, so everything that a file started ends here.
import { afterAll } from "vitest";
import { closeWarm } from "./workspace.js";

afterAll(closeWarm);
