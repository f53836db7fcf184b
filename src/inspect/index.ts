// `codex-sdk/inspect`: a local page that shows what agents did and are doing.
export { inspect } from "./inspect.js";
export type { Inspector } from "./inspect.js";
export type { InspectOptions } from "./options.js";
