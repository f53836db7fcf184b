// `codex-sdk/inspect`: a local page that shows the threads and running turns of a `Codex`.
export { inspect } from "./inspect.js";
export type { Inspector } from "./inspect.js";
export type { InspectOptions } from "./options.js";
