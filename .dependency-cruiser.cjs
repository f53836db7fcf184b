// The layers of src/, from bottom to top. A folder imports only from layers below its own; `npm run check` enforces it.

const layers = [
  ["internal"],
  ["events"],
  ["usage"],
  ["errors"],
  ["validation", "config"],
  ["schema", "input", "approvals", "thread-store"],
  ["tools"],
  ["instruments"],
  ["options"],
  ["records", "account"],
  ["notifications"],
  ["transport", "process", "tool-server"],
  ["sandbox"],
  ["rollouts", "providers"],
  ["thread-sync"],
  // Above the interface: `turn` and `thread` use it, `app-server` and `exec` implement it. Neither side knows the other.
  ["turn", "app-server", "exec", "doctor", "hermetic"],
  ["thread"],
];
const files = { transports: "^src/create-transport[.]ts$", codex: "^src/codex[.]ts$", index: "^src/index[.]ts$" };
/** Published under their own subpath. Each uses the public API only, so that any user could have written it. */
const subpaths = ["store", "restate", "cost", "otel", "ui", "ai-sdk", "inspect", "cli"];

const folder = (...names) => `^src/(${names.join("|")})/`;
const protocol = "^src/app-server/protocol/";
const everyFolder = layers.flat();

/** One rule for each layer: its folders import themselves and the layers below. */
const downward = layers.map((names, level) => ({
  name: `layer-${level}-${names[0]}`,
  comment: `${names.join(", ")}: imports from the same folder and from lower layers only.`,
  severity: "error",
  from: { path: `^src/(${names.join("|")})/` },
  to: { path: "^src/", pathNot: [folder(...layers.slice(0, level).flat(), "-"), "^src/$1/"] },
}));

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    ...downward,
    {
      name: "every-folder-has-a-layer",
      comment: "A new folder in src/ needs a place in the list of layers, or in the list of subpaths.",
      severity: "error",
      from: {},
      to: { path: "^src/[^/]+/", pathNot: folder(...everyFolder, ...subpaths, "testing") },
    },
    {
      name: "transports-do-not-know-turn-and-thread",
      comment: "app-server and exec implement the interface in transport/. They do not know who uses it.",
      severity: "error",
      from: { path: folder("app-server", "exec") },
      to: { path: folder("turn", "thread") },
    },
    {
      name: "turn-and-thread-know-only-the-interface",
      comment: "turn and thread see codex only through transport/.",
      severity: "error",
      from: { path: folder("turn", "thread") },
      to: { path: folder("app-server", "exec", "process", "tool-server") },
    },
    {
      name: "only-create-transport-picks-a-transport",
      comment: "codex.ts gets its transport from create-transport.ts, and uses types of the protocol for `request`.",
      severity: "error",
      from: { path: "^src/", pathNot: [files.transports, folder("app-server")] },
      to: { path: folder("app-server"), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "index-is-the-top",
      comment: "index.ts is the public API. Nothing in the core imports it.",
      severity: "error",
      from: { path: [folder(...everyFolder, "testing"), files.codex, files.transports] },
      to: { path: files.index },
    },
    {
      name: "subpaths-use-the-public-api",
      comment:
        "A subpath imports index.ts, other subpaths, and helpers: src/internal and src/validation. The core gives it no private access.",
      severity: "error",
      from: { path: folder(...subpaths) },
      to: { path: "^src/", pathNot: [files.index, folder("internal", "validation", "testing", ...subpaths)] },
    },
    {
      name: "core-does-not-know-subpaths",
      comment: "The core never imports a subpath.",
      severity: "error",
      from: { path: [folder(...everyFolder), files.codex, files.index, files.transports] },
      to: { path: folder(...subpaths) },
    },
    {
      name: "only-index-imports-codex",
      comment: "Codex owns its threads. A thread or transport that needs something from it receives it as an argument.",
      severity: "error",
      from: { path: "^src/", pathNot: [files.index, files.codex] },
      to: { path: files.codex },
    },
    {
      name: "testing-stands-alone",
      comment:
        "codex-sdk/testing plays the model. It imports errors and helpers, and otherwise only types of the core.",
      severity: "error",
      from: { path: folder("testing") },
      to: { path: "^src/", pathNot: folder("testing", "errors", "internal"), dependencyTypesNot: ["type-only"] },
    },
    {
      name: "testing-is-not-used-inside",
      comment: "The scripted model is for tests, not for the SDK itself.",
      severity: "error",
      from: { path: "^src/", pathNot: folder("testing") },
      to: { path: folder("testing") },
    },
    {
      name: "no-cycle",
      comment: "Two modules that import each other, even as types, belong together or need a third module below both.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "protocol-only-in-app-server",
      comment: "app-server translates the generated protocol types to the SDK's own types.",
      severity: "error",
      from: { pathNot: folder("app-server") },
      to: { path: protocol },
    },
    {
      name: "protocol-only-as-types",
      comment: "The generated files are types. Use `import type`, so that nothing of them is loaded or published.",
      severity: "error",
      from: { pathNot: protocol },
      to: { path: protocol, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-unresolved-import",
      comment: "The imported file or package does not exist, or is not installed.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "src-imports-src-only",
      comment: "Published code does not import tests, examples, benchmarks or scripts.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|examples|bench|soak|scripts|dist)/" },
    },
    {
      name: "no-dev-dependency-in-src",
      comment:
        "A user's install does not have it. Make it a dependency or an optional peer, or do without. The inspector's page is bundled with what it uses.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/inspect/page/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm", "npm-peer"] },
    },
    {
      name: "heavy-packages-load-late",
      comment: '`import "codex-sdk"` stays fast: `await import()` loads these when they are first needed.',
      severity: "error",
      from: { path: "^src/", pathNot: folder("testing") },
      to: { path: "node_modules/(ajv|ws)/", dynamic: false, dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", protocol] },
    tsConfig: { fileName: "tsconfig.json" },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      mainFields: ["main", "types"],
    },
  },
};
