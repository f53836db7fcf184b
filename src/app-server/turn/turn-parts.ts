// What a turn is read, answered and ended with: a chunk of its own, see `load-turn-parts.ts`.
export { TurnRequests } from "../server-requests/turn-requests.js";
export { endCommands } from "./turn-commands.js";
export { toCodexError } from "../errors/turn-error.js";
export { TurnTranslator } from "./turn-translator.js";
