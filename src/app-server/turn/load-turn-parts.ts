// Loads, once, what a turn is read, answered and ended with.
import type * as TurnParts from "./turn-parts.js";

export type { TurnParts };

let loaded: typeof TurnParts | undefined;

/** While codex starts there is time for it. */
export async function loadTurnParts(): Promise<typeof TurnParts> {
  loaded ??= await import("./turn-parts.js");
  return loaded;
}
