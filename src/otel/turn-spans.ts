// The spans of one turn.
import { context, isSpanContextValid, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import type { Attributes, Context, Span, Tracer } from "@opentelemetry/api";
import type {
  ModelCall,
  ThreadItem,
  TraceContext,
  TurnInfo,
  TurnObserver,
  TurnOutcome,
  TurnStep,
  Usage,
} from "../index.js";
import { contentOf, messageOf } from "./content.js";
import { provider } from "./instruments.js";
import type { Metrics } from "./instruments.js";
import { attributes, latestAttributes, ownAttributes } from "./semconv.js";

export interface SpanSettings {
  tracer: Tracer;
  metrics: Metrics;
  captureContent: boolean;
  isLatest: boolean;
  redact: ((text: string) => string) | undefined;
}

const agent = "codex";

export class TurnSpans implements TurnObserver {
  readonly #settings: SpanSettings;
  readonly #info: TurnInfo;
  readonly #span: Span;
  readonly #context: Context;
  readonly #steps = new Map<string, Span>();
  readonly #subagents = new Map<string, { span: Span; endedAt: Date }>();

  /** The turn is a child of the span that is active when it is requested. */
  constructor(settings: SpanSettings, info: TurnInfo) {
    const parent = context.active();
    this.#settings = settings;
    this.#info = info;
    this.#span = settings.tracer.startSpan(
      `invoke_agent ${agent}`,
      {
        kind: SpanKind.INTERNAL,
        startTime: info.requestedAt,
        attributes: {
          [attributes.operationName]: "invoke_agent",
          [attributes.providerName]: provider,
          [attributes.agentName]: agent,
          [ownAttributes.turnKind]: info.kind,
          ...(info.model !== null && { [attributes.requestModel]: info.model }),
          ...this.#content({ [attributes.inputMessages]: messageOf("user", info.input) }, info.input !== undefined),
        },
      },
      parent,
    );
    this.#context = trace.setSpan(parent, this.#span);
    settings.metrics.activeTurns.add(1);
  }

  onTurnStart({ queuedMs }: { queuedMs: number }): void {
    this.#settings.metrics.queued(queuedMs);
  }

  onStepStart(step: TurnStep): void {
    if (step.kind === "model_call") return;
    this.#steps.set(step.id, this.#start(step, nameOf(step), { ...this.#attributesOf(step) }));
  }

  onStepEnd(step: TurnStep): void {
    if (step.kind === "model_call") return this.#modelCall(step);
    const span = this.#steps.get(step.id);
    this.#steps.delete(step.id);
    if (!span) return;
    const { metrics } = this.#settings;
    const outcome = step.outcome ?? "completed";
    span.setAttributes({ [ownAttributes.outcome]: outcome, ...this.#resultOf(step.item) });
    if (step.kind === "approval") {
      span.setAttribute(ownAttributes.decision, outcome);
      metrics.approvals.add(1, { [ownAttributes.decision]: outcome });
    } else if (isTool(step)) {
      const tool = { [attributes.toolName]: toolOf(step) };
      metrics.toolCalls.add(1, { ...tool, [ownAttributes.outcome]: outcome });
      metrics.operation("execute_tool", durationOf(step), tool);
    }
    if (outcome === "failed" || outcome === "interrupted") {
      span.setAttribute(attributes.errorType, outcome);
      span.setStatus({ code: SpanStatusCode.ERROR });
    }
    this.#end(span, step);
  }

  onTurnEnd(outcome: TurnOutcome): void {
    const { metrics } = this.#settings;
    const { error, cost, endedAt, threadId, turnId, usage, finalResponse } = outcome;
    for (const span of this.#steps.values()) span.end(endedAt);
    for (const [id, { span, endedAt }] of this.#subagents) {
      const used = outcome.subagents.find((subagent) => subagent.threadId === id)?.usage;
      span.setAttributes(this.#usage(used ?? null)).end(endedAt);
    }
    this.#span.setAttributes({
      ...this.#usage(usage),
      [attributes.finishReasons]: [error ? "error" : "stop"],
      ...(threadId !== null && { [attributes.conversationId]: threadId }),
      ...(turnId !== null && { [ownAttributes.turnId]: turnId }),
      ...(typeof cost?.usd === "number" && { [ownAttributes.costUsd]: cost.usd }),
      ...this.#content({ [attributes.outputMessages]: messageOf("assistant", finalResponse) }),
    });
    if (error) {
      this.#span.setAttribute(attributes.errorType, error.code);
      // The message may quote the model or a command.
      this.#span.setStatus({
        code: SpanStatusCode.ERROR,
        ...(this.#settings.captureContent && { message: contentOf(error.message, this.#settings.redact) }),
      });
    }
    this.#span.end(endedAt);
    metrics.activeTurns.add(-1);
    if (cost && cost.knownUsd > 0) metrics.cost.add(cost.knownUsd, { notional: cost.isNotional });
    const more: Record<string, string> = error ? { [attributes.errorType]: error.code } : {};
    metrics.operation("invoke_agent", Number(endedAt) - Number(this.#info.requestedAt), more);
  }

  runInContext(step: TurnStep, work: () => void): void {
    const span = this.#steps.get(step.id);
    context.with(span ? trace.setSpan(this.#context, span) : this.#context, work);
  }

  traceContext(): TraceContext | undefined {
    const own = this.#span.spanContext();
    if (!isSpanContextValid(own)) return undefined;
    const flags = own.traceFlags.toString(16).padStart(2, "0");
    const tracestate = own.traceState?.serialize();
    return {
      traceparent: `00-${own.traceId}-${own.spanId}-${flags}`,
      ...(tracestate !== undefined && tracestate !== "" && { tracestate }),
    };
  }

  #modelCall(step: TurnStep): void {
    const { call } = step;
    if (!call) return;
    const model = call.model === null ? {} : { [attributes.requestModel]: call.model };
    const span = this.#start(step, call.model === null ? "chat" : `chat ${call.model}`, {
      [attributes.operationName]: "chat",
      [attributes.providerName]: provider,
      [attributes.conversationId]: step.threadId,
      ...model,
      ...this.#callAttributes(call),
    });
    this.#end(span, step);
    this.#settings.metrics.tokens(call);
    this.#settings.metrics.operation("chat", durationOf(step), model);
  }

  /** A sub-agent's span lasts until its last step. */
  #end(span: Span, { threadId, endedAt }: TurnStep): void {
    span.end(endedAt ?? undefined);
    const subagent = this.#subagents.get(threadId);
    if (subagent && endedAt) subagent.endedAt = endedAt;
  }

  #callAttributes(call: ModelCall): Attributes {
    return {
      ...this.#usage(call.usage),
      ...(call.responseId !== null && { [attributes.responseId]: call.responseId }),
      ...(call.serviceTier !== null && { [attributes.serviceTier]: call.serviceTier }),
      ...(this.#settings.isLatest && { [latestAttributes.requestStream]: true }),
    };
  }

  #start(step: TurnStep, name: string, attributes: Attributes): Span {
    const isRemote = step.kind === "model_call" || step.kind === "mcp_call";
    const kind = isRemote ? SpanKind.CLIENT : SpanKind.INTERNAL;
    const options = { kind, startTime: step.startedAt, attributes };
    return this.#settings.tracer.startSpan(name, options, this.#parentOf(step));
  }

  /** Steps of a sub-agent are children of its span, which begins with its first step. */
  #parentOf({ isSubagent, threadId, startedAt, agentStartedAt = startedAt }: TurnStep): Context {
    if (!isSubagent) return this.#context;
    const known = this.#subagents.get(threadId);
    if (known) return trace.setSpan(this.#context, known.span);
    const options = {
      startTime: agentStartedAt,
      attributes: {
        [attributes.operationName]: "invoke_agent",
        [attributes.providerName]: provider,
        [attributes.agentName]: "subagent",
        [attributes.agentId]: threadId,
        [attributes.conversationId]: threadId,
      },
    };
    const span = this.#settings.tracer.startSpan("invoke_agent subagent", options, this.#context);
    this.#subagents.set(threadId, { span, endedAt: startedAt });
    return trace.setSpan(this.#context, span);
  }

  #usage(usage: Usage | null): Attributes {
    if (!usage) return {};
    return {
      [attributes.inputTokens]: usage.input_tokens,
      [attributes.outputTokens]: usage.output_tokens,
      [attributes.cacheReadTokens]: usage.cached_input_tokens,
      [attributes.cacheCreationTokens]: usage.cache_write_input_tokens,
      ...(this.#settings.isLatest && { [latestAttributes.reasoningTokens]: usage.reasoning_output_tokens }),
    };
  }

  #attributesOf(step: TurnStep): Attributes {
    const kind = { [ownAttributes.stepKind]: step.kind };
    if (!isTool(step)) return kind;
    return {
      ...kind,
      [attributes.operationName]: "execute_tool",
      [attributes.toolName]: toolOf(step),
      [attributes.toolType]: step.kind === "web_search" ? "extension" : "function",
      [attributes.toolCallId]: step.id,
      ...this.#content({ [attributes.toolArguments]: argumentsOf(step.item) }, step.item !== undefined),
    };
  }

  #resultOf(item: ThreadItem | undefined): Attributes {
    if (!item) return {};
    return this.#content({ [attributes.toolResult]: resultOf(item) }, resultOf(item) !== undefined);
  }

  #content(values: Record<string, unknown>, isKnown = true): Attributes {
    const { captureContent, redact } = this.#settings;
    if (!captureContent || !isKnown) return {};
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, contentOf(value, redact)]));
  }
}

function isTool({ kind }: TurnStep): boolean {
  return kind === "command" || kind === "patch" || kind === "mcp_call" || kind === "tool" || kind === "web_search";
}

/** A command line is content, so the tool name is that of the shell. */
function toolOf({ kind, name }: TurnStep): string {
  return kind === "command" ? "shell" : name;
}

function nameOf(step: TurnStep): string {
  if (isTool(step)) return `execute_tool ${toolOf(step)}`;
  if (step.kind === "approval" || step.kind === "question") return `wait_for_${step.kind}`;
  return step.kind === "subagent" ? `subagent ${step.name}` : step.kind;
}

function durationOf({ startedAt, endedAt }: TurnStep): number {
  return Math.max(0, Number(endedAt ?? startedAt) - Number(startedAt));
}

function argumentsOf(item: ThreadItem | undefined): unknown {
  if (item?.type === "command_execution") return item.command;
  if (item?.type === "file_change") return item.changes;
  if (item?.type === "web_search") return item.query;
  return item?.type === "mcp_tool_call" || item?.type === "tool_call" ? item.arguments : undefined;
}

function resultOf(item: ThreadItem): unknown {
  if (item.type === "command_execution") return item.aggregated_output;
  if (item.type === "mcp_tool_call") return item.error ?? item.result;
  return item.type === "tool_call" ? item.result : undefined;
}
