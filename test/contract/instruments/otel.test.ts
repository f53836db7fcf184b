// Traces and metrics of real turns, with the real OpenTelemetry SDK.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { context, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { Codex, tool } from "../../../src/index.js";
import type { CodexOptions, ThreadOptions } from "../../../src/index.js";
import { openTelemetry, traceModelRequests } from "../../../src/otel/index.js";
import { callTool, fail, patch, respond, runCommand, say, ScriptedModel } from "../../../src/testing/index.js";
import type { ModelRequest, Step } from "../../../src/testing/index.js";
import { temporaryDirectory } from "../../support/workspace.js";

let script: (request: ModelRequest) => Step = () => say("unexpected");
let model: ScriptedModel;
const exporter = new InMemorySpanExporter();
const tracerProvider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });
const meterProvider = new MeterProvider({ readers: [reader] });

beforeAll(async () => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  model = await ScriptedModel.start((request) => script(request));
});
afterAll(async () => {
  context.disable();
  await model.close();
  await meterProvider.shutdown();
});
beforeEach(() => exporter.reset());

async function withCodex(options: CodexOptions, work: (codex: Codex) => Promise<void>): Promise<void> {
  const codex = new Codex({ ...model.codexOptions(), ...options });
  try {
    await work(codex);
  } finally {
    await codex.close();
  }
}

function startThread(codex: Codex, options: ThreadOptions = {}) {
  return codex.startThread(
    model.threadOptions({
      workingDirectory: temporaryDirectory(),
      sandboxMode: "workspace-write" as const,
      ...options,
    }),
  );
}

const spans = () => exporter.getFinishedSpans();
const named = (name: string) => spans().filter((span) => span.name === name);
const ms = ([seconds, nanoseconds]: readonly [number, number] = [0, 0]) => seconds * 1e3 + nanoseconds / 1e6;
const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;

const usage = { input: 100, cached: 40, output: 20, reasoning: 7 };
const add = tool({
  name: "add",
  description: "Adds two numbers.",
  input: z.object({ a: z.number(), b: z.number() }),
  execute: ({ a, b }) => {
    trace.getTracer("host").startSpan("unused").end();
    tracerProvider.getTracer("host").startSpan("inside the tool").end();
    return String(a + b);
  },
});

function playTools(): void {
  const steps = [
    respond([runCommand("echo sk-secret-0123456789", { login: false, escalate: "May I?" })], { usage }),
    respond([patch({ "a.txt": { add: "a\n" } })], { usage }),
    respond([callTool("add", { a: 1, b: 2 })], { usage }),
    respond([say("The answer is 3.")], { usage }),
  ];
  script = (request) => steps[request.functionOutputs.length] ?? say("over");
}

test("a turn is a span below the caller's, with children for requests, tools and approvals", async () => {
  playTools();
  await withCodex({ telemetry: openTelemetry({ tracerProvider, meterProvider }) }, async (codex) => {
    const thread = startThread(codex, { tools: [add], onApproval: () => "approve" });
    const outer = tracerProvider.getTracer("host").startSpan("caller");
    const turn = await context.with(trace.setSpan(context.active(), outer), () =>
      thread.run("Add sk-secret-0123456789"),
    );
    outer.end();

    const [agent] = named("invoke_agent codex");
    expect(parentOf(agent)).toBe(outer.spanContext().spanId);
    expect(agent?.attributes).toMatchObject({
      "gen_ai.operation.name": "invoke_agent",
      "gen_ai.provider.name": "openai",
      "gen_ai.conversation.id": thread.id,
      "gen_ai.request.model": "gpt-5.5",
      "gen_ai.usage.input_tokens": 400,
      "gen_ai.usage.output_tokens": 80,
      "gen_ai.usage.cache_read.input_tokens": 160,
      "gen_ai.response.finish_reasons": ["stop"],
      "codex_sdk.turn.id": turn.id,
    });
    const own = agent?.spanContext().spanId;
    const names = spans()
      .filter((span) => parentOf(span) === own)
      .map(({ name }) => name);
    expect(names.toSorted()).toEqual(
      [
        ...Array.from({ length: 4 }, () => "chat gpt-5.5"),
        "execute_tool add",
        "execute_tool apply_patch",
        "execute_tool shell",
        "wait_for_approval",
      ].toSorted(),
    );
    expect(named("chat gpt-5.5")[0]?.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.response.id": expect.stringMatching(/^resp_/),
    });
    expect(parentOf(named("inside the tool")[0])).toBe(named("execute_tool add")[0]?.spanContext().spanId);
    // Nothing of the prompt, the answer, the command or its output.
    expect(JSON.stringify(spans().map(({ attributes, name, events }) => [name, attributes, events]))).not.toMatch(
      /secret|answer|echo|a\.txt/,
    );
  });
});

test("captured content is redacted", async () => {
  playTools();
  const redact = (text: string) => text.replaceAll("answer", "[gone]");
  await withCodex(
    { telemetry: openTelemetry({ captureContent: true, redact, tracerProvider, meterProvider }) },
    async (codex) => {
      await startThread(codex, { tools: [add], onApproval: () => "approve" }).run("Add sk-secret-0123456789");
      const text = JSON.stringify(spans().map(({ attributes }) => attributes));
      expect(text).toContain("Add [redacted]");
      expect(text).toContain("The [gone] is 3.");
      expect(text).toContain("echo [redacted]");
      expect(text).not.toContain("secret-0123456789");
    },
  );
});

test("a failed turn has an error type, and the work of a sub-agent is below its span", async () => {
  const task = "You are the helper.";
  const agents = { namespace: "multi_agent_v1" };
  script = (request) => {
    if (request.userTexts.some((text) => text.includes(task))) {
      return respond([request.functionOutputs.length === 0 ? runCommand("echo sub") : say("Helped.")], { usage });
    }
    const [spawned, waited] = request.functionOutputs;
    if (!spawned) return respond([callTool("spawn_agent", { message: task }, agents)], { usage });
    const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(spawned.text)?.[0];
    if (!waited) return respond([callTool("wait_agent", { targets: [id], timeout_ms: 30_000 }, agents)], { usage });
    return fail(400, { message: "No sk-secret-0123456789." });
  };
  await withCodex({ telemetry: openTelemetry({ tracerProvider, meterProvider }) }, async (codex) => {
    await expect(startThread(codex).run("go")).rejects.toThrow();
    const [agent] = named("invoke_agent codex");
    expect(agent).toMatchObject({ status: { code: 2 }, attributes: { "error.type": "bad_request" } });
    expect(agent?.status.message).toBeUndefined();
    const [subagent] = named("invoke_agent subagent");
    expect(parentOf(subagent)).toBe(agent?.spanContext().spanId);
    expect(subagent?.attributes["gen_ai.usage.output_tokens"]).toBe(40);
    const below = spans().filter((span) => parentOf(span) === subagent?.spanContext().spanId);
    const names = below.map(({ name }) => name);
    expect(names.toSorted()).toEqual(["chat gpt-5.5", "chat gpt-5.5", "execute_tool shell"]);
    for (const { startTime, endTime } of below) {
      expect(ms(startTime)).toBeGreaterThanOrEqual(ms(subagent?.startTime));
      expect(ms(endTime)).toBeLessThanOrEqual(ms(subagent?.endTime));
    }
  });
});

test("over exec, each request of a turn has its own span and time", async () => {
  const steps = [respond([runCommand("sleep 0.2", { login: false })], { usage }), respond([say("ok")], { usage })];
  script = (request) => steps[request.functionOutputs.length] ?? say("over");
  const telemetry = openTelemetry({ tracerProvider });
  await withCodex({ telemetry, transport: "exec" }, async (codex) => {
    await startThread(codex).run("go");
    const [agent] = named("invoke_agent codex");
    const chats = named("chat gpt-5.5");
    expect(chats.map(parentOf)).toEqual([agent?.spanContext().spanId, agent?.spanContext().spanId]);
    expect(chats.map(({ attributes }) => attributes["gen_ai.usage.output_tokens"])).toEqual([20, 20]);
    const [first, second] = chats;
    const [command] = named("execute_tool shell");
    expect(ms(first?.startTime)).toBeGreaterThanOrEqual(ms(agent?.startTime));
    expect(ms(second?.startTime)).toBeGreaterThanOrEqual(ms(command?.endTime));
  });
});

test("metrics have the buckets of the conventions, and count calls, decisions and turns", async () => {
  await reader.forceFlush();
  const all =
    metricExporter
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap(({ metrics }) => metrics) ?? [];
  const metric = (name: string) => all.find(({ descriptor }) => descriptor.name === name);
  const points = (name: string) => metric(name)?.dataPoints ?? [];
  expect(metric("gen_ai.client.token.usage")?.descriptor.unit).toBe("{token}");
  expect(points("gen_ai.client.token.usage")[0]?.value).toMatchObject({
    buckets: {
      boundaries: [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864],
    },
  });
  const operations = points("gen_ai.client.operation.duration").map(
    ({ attributes }) => attributes["gen_ai.operation.name"],
  );
  expect(new Set(operations)).toEqual(new Set(["chat", "execute_tool", "invoke_agent"]));
  expect(points("codex_sdk.approvals")).toMatchObject([
    { value: 2, attributes: { "codex_sdk.approval.decision": "approve" } },
  ]);
  expect(points("codex_sdk.turns.active")).toMatchObject([{ value: 0 }]);
  expect(points("codex_sdk.tool.calls").length).toBeGreaterThanOrEqual(3);
  expect(points("codex_sdk.turn.queue.duration")[0]?.value).toMatchObject({ count: 3 });
});

test("the model endpoint receives the turn's trace context with the option that exports nothing", async () => {
  script = () => say("ok");
  const telemetry = openTelemetry({ tracerProvider, meterProvider });
  await withCodex(traceModelRequests({ ...model.codexOptions(), telemetry }), async (codex) => {
    await startThread(codex).run("go");
    const header = model.requests.at(-1)?.headers["traceparent"];
    expect(String(header).split("-")[1]).toBe(named("invoke_agent codex")[0]?.spanContext().traceId);
  });
});

test("a collector on OTLP/HTTP receives the spans; a collector that fails or hangs does not affect the turn", async () => {
  const received: string[] = [];
  let answer: "ok" | "fail" | "hang" = "ok";
  const server = createServer((request, response) => {
    request.setEncoding("utf8").on("data", (chunk: string) => received.push(chunk));
    request.on("end", () => {
      if (answer !== "hang")
        response.writeHead(answer === "ok" ? 200 : 500, { "content-type": "application/json" }).end("{}");
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/traces`;
  const otlp = new OTLPTraceExporter({ url, timeoutMillis: 500 });
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(otlp)] });
  script = () => respond([say("ok")], { usage });
  await withCodex({ telemetry: openTelemetry({ tracerProvider: provider, meterProvider }) }, async (codex) => {
    for (answer of ["ok", "fail", "hang"] as const) {
      expect((await startThread(codex).run("go")).finalResponse).toBe("ok");
    }
    await vi.waitUntil(() => received.join("").includes("invoke_agent codex"));
  });
  expect(received.join("")).toContain("chat gpt-5.5");
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await provider.shutdown().catch(() => undefined);
});

test.each(["gen_ai_latest_experimental", "http,gen_ai_latest_experimental", ""])(
  "the newest names are used with OTEL_SEMCONV_STABILITY_OPT_IN=%j",
  async (optIn) => {
    vi.stubEnv("OTEL_SEMCONV_STABILITY_OPT_IN", optIn);
    script = () => respond([say("ok")], { usage });
    const telemetry = openTelemetry({ tracerProvider, meterProvider });
    vi.unstubAllEnvs();
    await withCodex({ telemetry }, async (codex) => {
      await startThread(codex).run("go");
      const { attributes } = named("chat gpt-5.5")[0] ?? {};
      expect(attributes?.["gen_ai.usage.reasoning.output_tokens"]).toBe(optIn === "" ? undefined : 7);
    });
  },
);

test.each([
  [{ capture: true }, /has no option "capture"/],
  [{ redact: /secret/ }, /redact must be a function/],
  [{ tracerProvider: {} }, /tracerProvider must be an object with `getTracer`/],
  [null, /must be an object/],
])("the options %j are rejected", (options, message) => {
  expect(() => openTelemetry(options as never)).toThrow(message);
  expect(() => openTelemetry({ captureContent: "yes" as never })).toThrow(/true or false/);
});
