// Bundles the inspector's page to src/inspect/assets/, which the build copies into the package. Users need no build step.
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { build } from "esbuild";

const root = path.resolve(import.meta.dirname, "..");

/** Writes app.js and app.css atomically, so that concurrent tests never read an incomplete file. */
export async function buildInspectPage(folder = path.join(root, "src/inspect/assets")) {
  const { outputFiles } = await build({
    entryPoints: { app: path.join(root, "src/inspect/page/main.tsx") },
    outdir: folder,
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2023",
    legalComments: "eof",
    tsconfig: path.join(root, "src/inspect/page/tsconfig.json"),
    logLevel: "error",
  });
  mkdirSync(folder, { recursive: true });
  for (const { path: file, contents } of outputFiles) {
    const part = `${file}.${process.pid}`;
    writeFileSync(part, contents);
    renameSync(part, file);
  }
  return folder;
}

if (process.argv[1] === import.meta.filename) await buildInspectPage();
