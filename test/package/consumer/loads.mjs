// Prints what the imports alone load: slow modules of Node.js, and CommonJS modules; and how many of these belong to
// packages that turns may need.
import { createRequire } from "node:module";

const slow = ["child_process", "crypto", "http", "net", "readline", "worker_threads"];
const loaded = () => slow.filter((name) => process.moduleLoadList.includes(`NativeModule ${name}`));

const { cache } = createRequire(import.meta.url);
const before = loaded();
await import("codex-sdk");
const builtins = loaded().filter((name) => !before.includes(name));
await import("codex-sdk/testing");
const byImports = Object.keys(cache);
await Promise.all([import("ajv"), ...slow.map((name) => import(`node:${name}`))]);
console.log(
  JSON.stringify({ builtins, byImports, later: Object.keys(cache).length - byImports.length, seen: loaded() }),
);
