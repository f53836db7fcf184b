// The built files of the page.
import { readFile } from "node:fs/promises";
import { HttpError } from "../../ui/routes/http-error.js";

export interface Asset {
  type: string;
  body: Buffer;
}

const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Codex inspector</title>
<link rel="stylesheet" href="/app.css">
<script type="module" src="/app.js"></script>
</head>
<body><div id="root"></div><noscript>The inspector needs JavaScript.</noscript></body>
</html>
`;

const files: Record<string, { name: string; type: string }> = {
  "/app.js": { name: "app.js", type: "text/javascript; charset=utf-8" },
  "/app.css": { name: "app.css", type: "text/css; charset=utf-8" },
};

/** @returns undefined if the path is not a file of the page. */
export async function readAsset(path: string): Promise<Asset | undefined> {
  if (path === "/") return { type: "text/html; charset=utf-8", body: Buffer.from(html) };
  const file = Object.hasOwn(files, path) ? files[path] : undefined;
  if (!file) return undefined;
  try {
    return { type: file.type, body: await readFile(new URL(`./assets/${file.name}`, assetsBase)) };
  } catch (error) {
    throw new HttpError(500, "page_missing", `The page's file ${file.name} cannot be read: ${String(error)}`);
  }
}

/** The folder that contains `assets/`: `src/inspect` in the sources, `dist/inspect` in the package. */
const assetsBase = import.meta.url.endsWith(".ts") ? new URL("../", import.meta.url) : new URL("./", import.meta.url);
