// The house rules: what each folder of src/ may import. Downward only; `npm run lint` checks it.

// The layers above the transports, top down. A layer may be a file, several, or a folder: thread.ts, thread-list.ts, thread/.
const index = "^src/index[.]";
const codex = "^src/codex[./-]";
const thread = "^src/thread[./-]";
const turn = "^src/(turn|streamed-turn)[./-]";
// Below everything: events, items, options, input, schemas, errors and the like.
const vocabulary = "^src/(?!index[.]|codex[./-]|thread[./-]|turn[./-]|streamed-turn[./-]|transport/|testing/)";
const protocol = "^src/transport/app-server/protocol/";
const oneInterface = "^src/transport/(transport|management)\\.ts$";

/** @type {import("dependency-cruiser").IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: "no-unresolved-import",
      comment: "The imported file or package does not exist, or is not installed.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "no-runtime-cycle",
      comment: "Two modules that load each other belong together, or a third one is missing below both.",
      severity: "error",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-type-cycle",
      comment: "Only the vocabulary (events, items, errors ...) may speak of each other's types in a circle.",
      severity: "error",
      from: { pathNot: vocabulary },
      to: { circular: true },
    },
    {
      name: "vocabulary-is-the-ground",
      comment:
        "Files directly in src/ (but index, codex, thread, turn) are words that all layers use: they import each other only.",
      severity: "error",
      from: { path: vocabulary },
      to: { path: "^src/", pathNot: vocabulary },
    },
    {
      name: "index-is-the-top",
      comment: "index.ts is what users import; nothing inside imports it, or the public face would shape the house.",
      severity: "error",
      from: {},
      to: { path: index },
    },
    {
      name: "only-index-knows-codex",
      comment: "Codex owns its threads; a thread or a transport that needs something of it is given it.",
      severity: "error",
      from: { path: "^src/", pathNot: [index, codex] },
      to: { path: codex },
    },
    {
      name: "turn-does-not-know-thread",
      comment: "A thread runs turns; a turn does not know the conversation it is in.",
      severity: "error",
      from: { path: turn },
      to: { path: thread },
    },
    {
      name: "only-codex-picks-a-transport",
      comment:
        "Everything above the transports sees the interface in transport/transport.ts; codex.ts alone makes one.",
      severity: "error",
      from: { path: "^src/", pathNot: [codex, "^src/transport/"] },
      to: { path: "^src/transport/", pathNot: oneInterface },
    },
    {
      name: "transport-does-not-know-thread",
      comment: "A transport serves whoever gives it a turn request; it imports the vocabulary, never what is above it.",
      severity: "error",
      from: { path: "^src/transport/" },
      to: { path: "^src/", pathNot: ["^src/transport/", vocabulary] },
    },
    {
      name: "transports-do-not-know-each-other",
      comment: "What app-server and exec share lives in transport/process or in the vocabulary.",
      severity: "error",
      from: { path: "^src/transport/(app-server|exec)/" },
      to: { path: "^src/transport/(app-server|exec)/", pathNot: "^src/transport/$1/" },
    },
    {
      name: "shared-by-transports-knows-none",
      comment: "The interface, and what several transports use, stand below app-server and exec.",
      severity: "error",
      from: { path: "^src/transport/", pathNot: "^src/transport/(app-server/|exec/|create-transport\\.ts$)" },
      to: { path: "^src/transport/(app-server|exec)/" },
    },
    {
      name: "process-is-the-bottom",
      comment:
        "Spawning, lines, TOML and the process tree know nothing of turns: of the rest, errors and plain types only.",
      severity: "error",
      from: { path: "^src/transport/process/" },
      to: {
        path: "^src/",
        pathNot: ["^src/transport/process/", "^src/(errors|events|items|options|abort-signal|version)\\.ts$"],
      },
    },
    {
      name: "protocol-only-in-app-server",
      comment: "The generated protocol types are app-server's own business; it translates them to our vocabulary.",
      severity: "error",
      from: { pathNot: "^src/transport/app-server/" },
      to: { path: protocol },
    },
    {
      name: "protocol-only-as-types",
      comment: "The generated files are types; use `import type`, so that nothing of them is loaded or shipped.",
      severity: "error",
      from: { pathNot: protocol },
      to: { path: protocol, dependencyTypesNot: ["type-only"] },
    },
    {
      name: "testing-stands-alone",
      comment: "codex-sdk/testing plays the model's side; of the SDK it may use errors, and types of the vocabulary.",
      severity: "error",
      from: { path: "^src/testing/" },
      to: { path: "^src/", pathNot: ["^src/testing/", "^src/errors\\.ts$"], dependencyTypesNot: ["type-only"] },
    },
    {
      name: "testing-is-not-used-inside",
      comment: "The scripted model is for users' tests and ours, not for the SDK itself.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/testing/" },
      to: { path: "^src/testing/" },
    },
    {
      name: "src-imports-src-only",
      comment: "What is published cannot import tests, examples, benches or scripts.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(test|examples|bench|scripts|dist)/" },
    },
    {
      name: "no-dev-dependency-in-src",
      comment: "A user's install does not have it: make it a dependency, or do without.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["npm"] },
    },
    {
      name: "heavy-packages-load-late",
      comment: '`import "codex-sdk"` stays quick: these are loaded by `await import()` when first needed.',
      severity: "error",
      from: { path: "^src/", pathNot: "^src/testing/" },
      to: { path: "node_modules/(ajv|ws)/", dynamic: false, dependencyTypesNot: ["type-only"] },
    },
  ],
  options: {
    doNotFollow: { path: ["node_modules", protocol] },
    tsConfig: { fileName: "tsconfig.json" },
    // See imports of types too: they are rules of the house like any other.
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      mainFields: ["main", "types"],
    },
  },
};
