// `npm run bench`: builds dist/ if it is out of date, compiles bench/ to JavaScript, and runs it with plain Node.js.
import { execFileSync, spawn } from "node:child_process";
import { copyFileSync, readdirSync, rmSync, statSync, symlinkSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");
const out = path.join(root, "bench", ".out");
const generated = path.join("src", "app-server", "protocol");

if (newest(sources("src")) > newest(["dist/index.js"])) {
  console.error("dist/ is older than src/. Building it first, because the benchmark measures the built package.");
  execFileSync(process.execPath, [path.join(root, "scripts", "build.mjs")], { stdio: "inherit" });
}

// Compiled in advance, so that the measured processes do not run a loader or a transpiler.
rmSync(out, { recursive: true, force: true });
await build({
  entryPoints: [
    ...sources("bench"),
    ...sources("src"),
    ...["stores/postgres", "durable/restate-server", "with-resolvers"].map((name) =>
      path.join("test", "support", `${name}.ts`),
    ),
  ],
  absWorkingDir: root,
  outbase: root,
  outdir: out,
  format: "esm",
  platform: "node",
  target: "node20.19",
  logLevel: "error",
});

// Lets "codex-sdk" resolve to dist/, and src/internal/version.ts find package.json.
copyFileSync(path.join(root, "package.json"), path.join(out, "package.json"));
symlinkSync(path.join(root, "dist"), path.join(out, "dist"), "junction");

const main = path.join(out, "bench", "main.js");
const child = spawn(process.execPath, [main, ...process.argv.slice(2)], { cwd: root, stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("exit", (code) => process.exit(code ?? 1));

function sources(folder) {
  const files = readdirSync(path.join(root, folder), { recursive: true }).map((file) => path.join(folder, file));
  return files.filter((file) => file.endsWith(".ts") && !file.startsWith(generated));
}

function newest(files) {
  return Math.max(...files.map((file) => statSync(path.join(root, file), { throwIfNoEntry: false })?.mtimeMs ?? 0));
}
