// Creates a project with a failing check.
import { execFileSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export function failingProject(): string {
  const directory = mkdtempSync(join(tmpdir(), "project-"));
  execFileSync("git", ["init", "-q"], { cwd: directory });
  writeFileSync(join(directory, "add.js"), "exports.add = (a, b) => {\n  return a - b;\n};\n");
  writeFileSync(join(directory, "check.js"), 'require("assert").strictEqual(require("./add").add(1, 2), 3);\n');
  return directory;
}
