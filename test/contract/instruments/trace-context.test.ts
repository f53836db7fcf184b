// The turn's trace context outside of this process: in MCP servers, at the model endpoint, and after Codex starts
// again.
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider } from "@opentelemetry/sdk-trace-base";
import { expect, onTestFinished, test } from "vitest";
import { Codex } from "../../../src/index.js";
import type { CodexOptions, Turn } from "../../../src/index.js";
import { openTelemetry, traceModelRequests } from "../../../src/otel/index.js";
import { callMcpTool, say } from "../../../src/testing/index.js";
import type { Script } from "../../../src/testing/index.js";
import { startHttpServer } from "../../fixtures/mcp/http-server.mjs";
import { appServersOf } from "../../support/model-processes.js";
import { scriptedModel } from "../../support/workspace.js";
import { mcpServerFile } from "../../support/host-program.js";

const own = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const traceparent = `00-${own.traceId}-${own.spanId}-01`;

async function setUp(script: Script, options: CodexOptions = {}) {
  const model = await scriptedModel(script);
  const codex = new Codex({ ...model.codexOptions(), ...options });
  onTestFinished(() => codex.close());
  return { model, codex };
}

function outputsOf({ items }: Turn): string[] {
  return items.flatMap((item) => {
    const text = item.type === "mcp_tool_call" ? item.result?.content[0]?.["text"] : undefined;
    return typeof text === "string" ? [text] : [];
  });
}

test("an MCP server receives the turn's trace context, over stdin and over HTTP, without any exporter", async () => {
  const server = await startHttpServer();
  onTestFinished(() => server.close());
  const script = [[callMcpTool("local", "meta"), callMcpTool("web", "meta")], [say("done")]];
  const tracestate = "vendor=value";
  const telemetry = { onTurn: () => ({ traceContext: () => ({ traceparent, tracestate }) }) };
  const { model, codex } = await setUp(script, { telemetry });
  const thread = codex.startThread(
    model.threadOptions({
      mcpServers: {
        local: { command: process.execPath, args: [await mcpServerFile("stdio-server")] },
        web: { url: server.url },
      },
    }),
  );
  const [local, web] = outputsOf(await thread.run("go")).map((text) => JSON.parse(text) as Record<string, string>);
  // Codex adds its own spans in between: the trace is the same, the parent is not.
  expect(local?.["traceparent"]).toContain(own.traceId);
  expect(local?.["tracestate"]).toBe(tracestate);
  expect(web?.["traceparent"]).toContain(own.traceId);
  const headers = server.seen.map(({ traceparent: header }) => header).filter((header) => header !== undefined);
  expect(headers.some((header) => String(header).includes(own.traceId))).toBe(true);
});

test("the model endpoint receives no trace context, unless `traceModelRequests` lets Codex send it", async () => {
  const telemetry = openTelemetry({ tracerProvider: new BasicTracerProvider() });
  const { model, codex } = await setUp([[say("one")]], { telemetry });
  await codex.startThread(model.threadOptions()).run("go");
  expect(model.requests[0]?.headers["traceparent"]).toBeUndefined();

  model.play([[say("two")]]);
  const tracing = new Codex(traceModelRequests({ ...model.codexOptions(), telemetry: observerWith({ traceparent }) }));
  onTestFinished(() => tracing.close());
  await tracing.startThread(model.threadOptions()).run("go");
  expect(model.requests[0]?.headers["traceparent"]).toContain(own.traceId);
});

const observerWith = (context: unknown) => ({ onTurn: () => ({ traceContext: () => context as never }) });

test("an invalid trace context does not affect the turn", async () => {
  let context: unknown;
  const telemetry = { onTurn: () => ({ traceContext: () => context as never }) };
  const { model, codex } = await setUp(() => say("done"), { telemetry });
  const thread = codex.startThread(model.threadOptions());
  const invalid = [
    5,
    "00-abc",
    {},
    { traceparent: 5 },
    { traceparent: "00-xyz" },
    { traceparent, tracestate: 5 },
    null,
  ];
  for (context of invalid) expect((await thread.run("go")).finalResponse).toBe("done");
});

test("starting Codex again counts as a restart", async () => {
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meterProvider = new MeterProvider({ readers: [reader] });
  onTestFinished(() => meterProvider.shutdown());
  const { model, codex } = await setUp(({ lastUserText }) => say(`re: ${lastUserText}`), {
    telemetry: openTelemetry({ meterProvider }),
  });
  const restarts = async () => {
    await reader.forceFlush();
    const metrics = exporter
      .getMetrics()
      .at(-1)
      ?.scopeMetrics.flatMap((scope) => scope.metrics);
    return metrics?.find(({ descriptor }) => descriptor.name === "codex_sdk.codex.restarts")?.dataPoints[0]?.value;
  };
  const thread = codex.startThread(model.threadOptions());
  await thread.run("one");
  expect(await restarts()).toBeUndefined();
  for (const pid of appServersOf(model)) process.kill(pid, "SIGKILL");
  expect((await thread.run("two")).finalResponse).toBe("re: two");
  expect(await restarts()).toBe(1);
});
