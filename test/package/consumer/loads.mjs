// Prints which CommonJS modules are loaded by the imports alone, and how many by one package that turns may need.
import { createRequire } from "node:module";

const { cache } = createRequire(import.meta.url);
await Promise.all([import("codex-sdk"), import("codex-sdk/testing")]);
const byImports = Object.keys(cache);
await import("ajv");
console.log(JSON.stringify({ byImports, later: Object.keys(cache).length - byImports.length }));
