// Starts a turn of one kind: a prompt, a review, or a compaction.
import type { ReviewTarget } from "../../options/review-target.js";
import type { TraceContext, TurnRequest } from "../../transport/transport.js";
import { answerId } from "../connection/json-rpc/answer-id.js";
import type { Connection } from "../connection/connection.js";
import { toProtocolInput } from "./input-to-protocol.js";
import type { JsonValue } from "../protocol/serde_json/JsonValue.js";
import type { TurnAccess } from "../thread/thread-sandbox.js";
import type { ReviewTarget as ProtocolTarget } from "../protocol/v2/ReviewTarget.js";

export interface StarterOptions {
  signal: AbortSignal;
  /** Called with the turn's ID if the response contains it. Otherwise the turn's first notification has it. */
  onStarted: (turnId: string) => void;
  /** The agent's permissions in the turn. */
  access: TurnAccess;
  /** W3C trace context for the request. */
  trace: TraceContext | undefined;
  /** Added to the conversation first. With them, the model continues without a prompt. */
  items?: readonly unknown[] | undefined;
}

/** Resolves with Codex's response to the request. */
export type TurnStarter = (connection: Connection, threadId: string, options: StarterOptions) => Promise<unknown>;

export function startPrompt(request: TurnRequest): TurnStarter {
  const { input, outputSchema, model, modelReasoningEffort, cyberAccessProgram } = request;
  const params = {
    input: toProtocolInput(input),
    // A JSON Schema is JSON, but its type is less precise here.
    ...(outputSchema !== undefined && { outputSchema: outputSchema as JsonValue }),
    ...(model !== undefined && { model }),
    ...(modelReasoningEffort !== undefined && { effort: modelReasoningEffort }),
    ...(cyberAccessProgram !== undefined && { cyberAccessProgram: cyberPrograms[cyberAccessProgram] }),
  };
  return async (connection, threadId, { signal, onStarted, access, trace, items }) => {
    if (items && items.length > 0) {
      // The items are created by this SDK, and are JSON.
      await connection.request("thread/inject_items", { threadId, items: [...items] as JsonValue[] }, { signal });
    }
    return connection.request(
      "turn/start",
      { threadId, ...params, ...access, ...(items && { input: [] }) },
      { signal, trace, onResult: (answer) => onStarted(answerId("turn", answer)) },
    );
  };
}

export function startReview(target: ReviewTarget): TurnStarter {
  return async (connection, threadId, { signal, onStarted, access, trace }) => {
    await connection.request("thread/settings/update", { threadId, ...access }, { signal });
    return connection.request(
      "review/start",
      { threadId, target: toProtocolTarget(target), delivery: "inline" },
      { signal, trace, onResult: (answer) => onStarted(answerId("turn", answer)) },
    );
  };
}

export function startCompaction(): TurnStarter {
  return async (connection, threadId, { signal, access, trace }) => {
    await connection.request("thread/settings/update", { threadId, ...access }, { signal });
    return connection.request("thread/compact/start", { threadId }, { signal, trace });
  };
}

const cyberPrograms = { standard: "standard", daybreak_blue: "daybreakBlue", daybreak_red: "daybreakRed" } as const;

function toProtocolTarget(target: ReviewTarget): ProtocolTarget {
  switch (target.type) {
    case "uncommitted_changes":
      return { type: "uncommittedChanges" };
    case "base_branch":
      return { type: "baseBranch", branch: target.branch };
    case "commit":
      return { type: "commit", sha: target.sha, title: target.title ?? null };
    case "custom":
      return { type: "custom", instructions: target.instructions };
  }
}
