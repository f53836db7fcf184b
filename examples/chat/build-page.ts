// Builds the page with Vite, in memory.
import path from "node:path";
import { build } from "vite";
import type { Rollup } from "vite";
import type { Page } from "./app.js";

export async function buildPage(): Promise<Page> {
  const result = await build({
    root: path.join(import.meta.dirname, "web"),
    configFile: false,
    logLevel: "error",
    build: {
      write: false,
      rollupOptions: { output: { entryFileNames: "assets/chat.js", assetFileNames: "assets/chat.[ext]" } },
    },
  });
  const [first] = (Array.isArray(result) ? result : [result]) as Rollup.RollupOutput[];
  const files = new Map(
    (first?.output ?? []).map((file) => [file.fileName, "code" in file ? file.code : String(file.source)]),
  );
  const file = (name: string) => {
    const content = files.get(name);
    if (content === undefined) throw new Error(`Vite did not build ${name}. It built ${[...files.keys()].join(", ")}.`);
    return content;
  };
  return { html: file("index.html"), script: file("assets/chat.js"), style: file("assets/chat.css") };
}
