// Streams a running turn as a response, in the requested format.
import { toSse, defaultHeartbeatMs } from "../http/sse.js";
import { formatCursor } from "../live/cursor.js";
import type { LiveTurn, ViewOptions } from "../live/live-turn.js";
import { lastFrame, uiMessageResponse } from "../ui-messages/ui-message-stream.js";
import { agUiResponse } from "../ag-ui/ag-ui-stream.js";
import type { RouteScope } from "./route-scope.js";

/** `?format=ag-ui` selects AG-UI. The default is the AI SDK's UI message stream. */
export function viewResponse(scope: RouteScope, request: Request, live: LiveTurn, view: ViewOptions = {}): Response {
  const { reasoning, notices, errorText, approvals, heartbeatMs = defaultHeartbeatMs } = scope.options;
  const format = new URL(request.url).searchParams.get("format");
  const all = { ...view, park: approvals === "park" };
  const id = (seq: number) => formatCursor(live.id, seq);
  const headers = {
    "x-codex-turn-id": live.id,
    ...(live.threadId !== undefined && { "x-codex-thread-id": live.threadId }),
  };
  if (format === "ag-ui") {
    const events = live.agUiEvents({ reasoning, errorText }, all);
    return agUiResponse(toSse(events, { heartbeatMs, id }), headers);
  }
  const chunks = live.uiMessageChunks({ reasoning, notices, errorText }, all);
  return uiMessageResponse(toSse(chunks, { heartbeatMs, id, last: lastFrame }), { status: 200, headers });
}
