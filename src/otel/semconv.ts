// Names and buckets of the OpenTelemetry semantic conventions for generative AI, and names of this SDK.

/** https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/gen-ai/gen-ai-agent-spans.md */
export const attributes = {
  operationName: "gen_ai.operation.name",
  providerName: "gen_ai.provider.name",
  agentName: "gen_ai.agent.name",
  agentId: "gen_ai.agent.id",
  conversationId: "gen_ai.conversation.id",
  requestModel: "gen_ai.request.model",
  responseModel: "gen_ai.response.model",
  responseId: "gen_ai.response.id",
  finishReasons: "gen_ai.response.finish_reasons",
  inputTokens: "gen_ai.usage.input_tokens",
  outputTokens: "gen_ai.usage.output_tokens",
  cacheReadTokens: "gen_ai.usage.cache_read.input_tokens",
  cacheCreationTokens: "gen_ai.usage.cache_creation.input_tokens",
  serviceTier: "openai.request.service_tier",
  tokenType: "gen_ai.token.type",
  /** https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/gen-ai/gen-ai-spans.md#execute-tool-span */
  toolName: "gen_ai.tool.name",
  toolType: "gen_ai.tool.type",
  toolCallId: "gen_ai.tool.call.id",
  /** Content attributes, which are recorded on request only. */
  toolArguments: "gen_ai.tool.call.arguments",
  toolResult: "gen_ai.tool.call.result",
  inputMessages: "gen_ai.input.messages",
  outputMessages: "gen_ai.output.messages",
  /** https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/general/recording-errors.md */
  errorType: "error.type",
} as const;

/**
 * Additions after version 1.41, used with `OTEL_SEMCONV_STABILITY_OPT_IN=gen_ai_latest_experimental`.
 * https://github.com/open-telemetry/semantic-conventions/tree/main/docs/gen-ai
 */
export const latestAttributes = {
  reasoningTokens: "gen_ai.usage.reasoning.output_tokens",
  requestStream: "gen_ai.request.stream",
} as const;

/** Attributes that the conventions do not define. */
export const ownAttributes = {
  turnId: "codex_sdk.turn.id",
  turnKind: "codex_sdk.turn.kind",
  stepKind: "codex_sdk.step.kind",
  decision: "codex_sdk.approval.decision",
  outcome: "codex_sdk.outcome",
  costUsd: "codex_sdk.cost.usd",
} as const;

/** https://github.com/open-telemetry/semantic-conventions/blob/v1.41.0/docs/gen-ai/gen-ai-metrics.md */
export const metrics = {
  operationDuration: "gen_ai.client.operation.duration",
  tokenUsage: "gen_ai.client.token.usage",
} as const;

/** Buckets from the same page, in seconds and in tokens. */
export const buckets = {
  duration: [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
  tokens: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
};

export const ownMetrics = {
  toolCalls: "codex_sdk.tool.calls",
  approvals: "codex_sdk.approvals",
  activeTurns: "codex_sdk.turns.active",
  restarts: "codex_sdk.codex.restarts",
  queueDuration: "codex_sdk.turn.queue.duration",
  cost: "codex_sdk.turn.cost",
} as const;

/** Whether the latest conventions are requested. */
export function wantsLatest(optIn = process.env["OTEL_SEMCONV_STABILITY_OPT_IN"]): boolean {
  return (optIn ?? "").split(",").some((each) => each.trim() === "gen_ai_latest_experimental");
}
