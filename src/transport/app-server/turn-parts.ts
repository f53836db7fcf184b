// What a turn is read, answered and ended with. `AppServer` has it loaded while codex starts.
export { TurnRequests } from "./server-requests/turn-requests.js";
export { endCommands } from "./turn-commands.js";
export { toCodexError } from "./turn-error.js";
export { TurnTranslator } from "./turn-translator.js";
