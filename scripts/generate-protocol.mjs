// Generates the app-server protocol types from the pinned codex.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pairResponses } from "./pair-responses.mjs";

const parent = path.resolve(import.meta.dirname, "../src/app-server");
const target = path.join(parent, "protocol");
const codexPackage = createRequire(import.meta.url).resolve("@openai/codex/package.json");
const { version } = JSON.parse(readFileSync(codexPackage, "utf8"));
/** Increase this when the output of these scripts changes for the same codex. */
const revision = 2;
const stamp = `${version} r${revision}`;

if (generatedStamp() !== stamp) generate();

function generatedStamp() {
  const file = path.join(target, ".version");
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}

/** Writes to a temporary folder first, so that concurrent readers never see incomplete types. */
function generate() {
  const fresh = path.join(parent, `protocol-${process.pid}`);
  mkdirSync(fresh, { recursive: true });
  try {
    const launcher = path.join(path.dirname(codexPackage), "bin/codex.js");
    const args = [launcher, "app-server", "generate-ts", "--experimental", "--out", fresh];
    execFileSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
    for (const file of typescriptFiles(fresh)) addExtensions(file);
    pairResponses(fresh);
    writeFileSync(path.join(fresh, ".version"), stamp);
    rmSync(target, { recursive: true, force: true });
    renameSync(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

function typescriptFiles(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => path.join(entry.parentPath, entry.name));
}

/** Codex writes `from "./Thread"`; Node.js resolution requires `from "./Thread.js"`. */
function addExtensions(file) {
  const folder = path.dirname(file);
  const text = readFileSync(file, "utf8");
  const withExtensions = text.replaceAll(/from "(\.[^"]*)"/g, (whole, specifier) => {
    if (existsSync(path.resolve(folder, `${specifier}.ts`))) return `from "${specifier}.js"`;
    if (existsSync(path.resolve(folder, specifier, "index.ts"))) return `from "${specifier}/index.js"`;
    return whole;
  });
  if (withExtensions !== text) writeFileSync(file, withExtensions);
}
