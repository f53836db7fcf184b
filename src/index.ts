// The public face of codex-sdk.
export { Codex } from "./codex.js";
export { Thread } from "./thread.js";
export { StreamedTurn } from "./streamed-turn.js";
export type { RunStreamedResult } from "./streamed-turn.js";
export type { RunResult, Turn } from "./turn.js";
export * from "./errors.js";
export type * from "./events.js";
export type * from "./items.js";
export type * from "./options.js";
export type * from "./output-schema.js";
export type { Input, UserInput, ImageDetail } from "./input.js";
export type { AbortSignalLike } from "./abort-signal.js";
export { version, codexVersion } from "./version.js";
