// The web search mode that the options of a thread select.
import type { ThreadOptions, WebSearchMode } from "./options.js";

/** The value of Codex's setting `web_search`; undefined if Codex decides. `webSearchMode` takes precedence. */
export function webSearchModeOf({ webSearchMode, webSearchEnabled }: ThreadOptions): WebSearchMode | undefined {
  if (webSearchMode !== undefined || webSearchEnabled === undefined) return webSearchMode;
  return webSearchEnabled ? "live" : "disabled";
}
