// Reads model requests from a thread's file, which contains a record for each one with its turn.
import type { Usage } from "../events/events.js";
import { isJsonObject } from "../internal/json.js";
import type { JsonObject } from "../internal/json.js";
import { readUsage } from "../events/usage.js";
import type { ModelCall } from "../usage/turn-usage.js";

/** Kinds of lines that concern model requests. Other lines are not parsed. */
export const callMarks = ['"token_usage_record"', '"turn_context"'] as const;

export interface CallRecord {
  turnId: string;
  /** The turn that the user requested. Differs from `turnId` for sub-agents and reviews. */
  rootTurnId: string;
  /** The conversation's tokens after this request. */
  threadUsage: Usage | null;
  call: ModelCall & { usage: Usage };
}

/** Reads one file's lines in order. */
export class CallRecords {
  #model: string | null;

  /** `model` is used for requests before the first line that names one. */
  constructor(model: string | null = null) {
    this.#model = model;
  }

  /** The request that the line records; undefined for any other line. */
  read({ type, timestamp, payload }: JsonObject): CallRecord | undefined {
    if (!isJsonObject(payload)) return undefined;
    if (type === "turn_context" && typeof payload["model"] === "string") this.#model = payload["model"];
    const usage = type === "token_usage_record" ? readUsage(payload["usage"]) : undefined;
    const { turn_id: turnId, root_turn_id: rootTurnId, response_id: responseId } = payload;
    if (!usage || typeof turnId !== "string") return undefined;
    const at = typeof timestamp === "string" ? new Date(timestamp) : undefined;
    return {
      turnId,
      rootTurnId: typeof rootTurnId === "string" ? rootTurnId : turnId,
      threadUsage: readUsage(payload["thread_token_usage"]) ?? null,
      call: {
        responseId: typeof responseId === "string" ? responseId : null,
        model: this.#model,
        serviceTier: null,
        usage,
        startedAt: null,
        completedAt: at === undefined || Number.isNaN(at.getTime()) ? null : at,
      },
    };
  }
}
