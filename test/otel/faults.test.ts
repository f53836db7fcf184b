// Faults of the host's own code in telemetry, without Codex.
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { expect, onTestFinished, test } from "vitest";
import { callHook } from "../../src/instruments/safe-observer.js";
import { contentOf } from "../../src/otel/content.js";
import { openTelemetry } from "../../src/otel/index.js";
import type { OpenTelemetryOptions } from "../../src/otel/index.js";
import type { TurnOutcome } from "../../src/index.js";

function collectWarnings(): string[] {
  const warnings: string[] = [];
  const onWarning = ({ message }: Error) => warnings.push(message);
  process.on("warning", onWarning);
  onTestFinished(() => void process.off("warning", onWarning));
  return warnings;
}

/** The spans of a turn with one command. */
function spansWith(options: OpenTelemetryOptions) {
  const exporter = new InMemorySpanExporter();
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
  const observer = openTelemetry({ captureContent: true, tracerProvider, ...options });
  const startedAt = new Date();
  const turn = observer.onTurn!({
    kind: "prompt",
    threadId: null,
    model: null,
    input: "Say my name",
    requestedAt: startedAt,
  })!;
  const item = { id: "c", type: "command_execution", command: "whoami", status: "completed" } as never;
  const step = {
    id: "c",
    kind: "command",
    name: "whoami",
    threadId: "t",
    isSubagent: false,
    startedAt,
    item,
  } as const;
  turn.onStepStart?.({ ...step, endedAt: null, outcome: null });
  turn.onStepEnd?.({ ...step, endedAt: startedAt, outcome: "completed" });
  turn.onTurnEnd?.({ finalResponse: "root", subagents: [], usage: null, endedAt: startedAt } as unknown as TurnOutcome);
  return exporter.getFinishedSpans().map(({ name, attributes }) => [name, attributes] as const);
}

test.each<[string, () => unknown]>([
  ["throws", () => JSON.parse("{")],
  ["rejects", () => Promise.reject(new Error("late"))],
  ["returns no text", () => undefined],
])("a `redact` that %s leaves the content out, with one warning, and each span still ends", async (_, redact) => {
  const warnings = collectWarnings();
  const spans = spansWith({ redact: redact as never });
  expect(spans.map(([name]) => name)).toEqual(["execute_tool shell", "invoke_agent codex"]);
  expect(spans[0]?.[1]["gen_ai.tool.call.arguments"]).toBe("[omitted]");
  expect(spans[1]?.[1]["gen_ai.input.messages"]).toBe("[omitted]");
  await new Promise((resolve) => setImmediate(resolve));
  expect(warnings.filter((message) => message.includes("`redact`"))).toHaveLength(1);
});

test.each([
  "sk-fake-12345678",
  "glpat-abcdefghij0123456789",
  "AIzaSyabcdefghijklmnopqrstuvwxyz01234",
  "password=hunter2x",
])("%s is removed from captured content", (secret) => {
  expect(contentOf({ text: `Use ${secret} here` }, undefined)).toMatch(
    /^\{"text":"Use (password=)?\[redacted\] here"\}$/,
  );
});

test.each([Object.create(null), { toString: () => JSON.parse("{") }, Symbol("x"), undefined])(
  "a hook that throws a value without a description is a warning",
  async (thrown) => {
    const warnings = collectWarnings();
    const hook = () => {
      throw thrown;
    };
    expect(callHook({}, "onTurn", hook)).toBeUndefined();
    await new Promise((resolve) => setImmediate(resolve));
    expect(warnings).toEqual([expect.stringContaining("An observer failed in `onTurn`")]);
  },
);
