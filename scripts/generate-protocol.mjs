// Asks the pinned codex for its app-server protocol types and puts them where src/ imports them from.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync, mkdirSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const target = path.join(root, "src/transport/app-server/protocol");
const stamp = path.join(target, ".version");

const codexPackage = require.resolve("@openai/codex/package.json");
const { version } = JSON.parse(readFileSync(codexPackage, "utf8"));
if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== version) generate();

function generate() {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const launcher = path.join(path.dirname(codexPackage), "bin/codex.js");
  const args = [launcher, "app-server", "generate-ts", "--experimental", "--out", target];
  execFileSync(process.execPath, args, { stdio: ["ignore", "inherit", "inherit"] });
  for (const file of typescriptFiles(target)) addExtensions(file);
  writeFileSync(stamp, version);
}

function typescriptFiles(folder) {
  const entries = readdirSync(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name));
}

/** codex writes `from "./Thread"`; node16 resolution wants `from "./Thread.js"`. */
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
