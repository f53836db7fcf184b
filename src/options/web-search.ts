// The web search mode that the options of a thread select.
import type { ThreadOptions, WebSearchMode } from "./options.js";

/** The mode for Codex's setting `web_search`; undefined to leave the choice to Codex. `webSearchMode` wins. */
export function webSearchModeOf({ webSearchMode, webSearchEnabled }: ThreadOptions): WebSearchMode | undefined {
  if (webSearchMode !== undefined || webSearchEnabled === undefined) return webSearchMode;
  return webSearchEnabled ? "live" : "disabled";
}
